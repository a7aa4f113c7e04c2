package io.storeway.migrate.routing;

import java.util.Locale;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a flag asks for. Whether it happens is decided by the guards.
 *
 * @param stage the stage to go towards, or null to stay; never SWITCHING
 * @param percent the share of partitions that READ_NEW reads from the new storage, or empty to leave it as it is
 * @param readNew whether the new storage may be read while the old one decides; false is the kill switch
 */
public record Wish(@Nullable Stage stage, OptionalInt percent, boolean readNew) {

    /** No wish: everything stays as it is. */
    public static final Wish NONE = new Wish(null, OptionalInt.empty(), true);

    /**
     * Checks the wish.
     *
     * @throws IllegalArgumentException if the stage is SWITCHING or the share not between 0 and 100
     */
    public Wish {
        if (stage == Stage.SWITCHING) {
            throw new IllegalArgumentException("SWITCHING is on the way to a stage; wish for LIVE or READ_NEW");
        }
        if (percent.isPresent() && (percent.getAsInt() < 0 || percent.getAsInt() > 100)) {
            throw new IllegalArgumentException("A share is between 0 and 100 percent, not " + percent.getAsInt());
        }
    }

    /** The kill switch: reads go to the old storage as long as that decides. */
    public static Wish killed() {
        return new Wish(null, OptionalInt.empty(), false);
    }

    /**
     * Reads a flag's text. {@code false} is the kill switch, and {@code true} is no wish. Otherwise it is the name of a stage, in upper
     * or lower case, with {@code _}, {@code -} or neither; behind READ_NEW there may be a share, as in {@code read_new 25}.
     *
     * @throws IllegalArgumentException if it is anything else
     */
    public static Wish parse(String text) {
        String[] words = text.strip().split("\\s+", -1);
        if (words.length == 1 && (words[0].equals("true") || words[0].equals("false"))) {
            return words[0].equals("true") ? NONE : killed();
        }
        Stage stage = stage(words[0]);
        if (words.length == 1) {
            return new Wish(stage, OptionalInt.empty(), true);
        }
        if (words.length == 2 && stage == Stage.READ_NEW) {
            return new Wish(stage, OptionalInt.of(share(words[1])), true);
        }
        throw new IllegalArgumentException(
                "A flag holds true, false, the name of a stage, or READ_NEW with a share such as READ_NEW 25");
    }

    static Stage stage(String name) {
        String plain = name.replaceAll("[_-]", "").toUpperCase(Locale.ROOT);
        for (Stage stage : Stage.values()) {
            if (stage != Stage.SWITCHING && stage.name().replace("_", "").equals(plain)) {
                return stage;
            }
        }
        throw new IllegalArgumentException("The flag's text is not the name of a stage; write OFF, DUAL_WRITE, SHADOW,"
                + " READ_NEW, LIVE, RAMP_DOWN or COMPLETE");
    }

    static int share(String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("The flag's share is not a whole number", e);
        }
    }

    static boolean readNew(String text) {
        return switch (text.strip()) {
            case "true" -> true;
            case "false" -> false;
            default ->
                throw new IllegalArgumentException("The flag for reading the new storage is neither true nor false");
        };
    }
}
