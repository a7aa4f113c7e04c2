package io.storeway.migrate.routing;

import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A rule of the protocol that is broken on purpose, between the storages and their stores. */
enum Mutant {
    NONE,
    /** A fence is read, but not held until the unit ends. */
    FENCE_NOT_HELD,
    /** Nothing is marked. */
    NO_MARK,
    /** A mark follows the write in a commit of its own. */
    MARK_AFTER_WRITE,
    /** Marks are removed whatever they ask for by then. */
    CLEARS_NEWER_MARKS,
    /** A deletion leaves no version behind. */
    NO_TOMBSTONE,
    /** The follower takes whatever comes last. */
    BLIND_FOLLOWER,
    /** A backfill overwrites whatever is there. */
    UPSERT_BACKFILL,
    /** A backfill inserts what is missing, knows nothing of deletions, and never looks at what it should remove. */
    INSERT_IGNORE_BACKFILL,
    /** What was in sync before DUAL_WRITE was left counts as in sync after coming back. */
    STAYS_IN_SYNC,
    /** Marks and both sides are looked at as they were before the switch began. */
    VERIFY_BEFORE_DRAIN,
    /** One instance follows a flag that says LIVE, whatever the record says. */
    FLAG_AS_STAGE,
    /** The storage that is left is never fenced. */
    NO_FENCE;

    private static final String VERSION = ":version:";
    private static final String MARK = ":mark:";
    private static final String FENCE = ":fence:";
    private static final String STAGE = ":stage:";

    List<Expectation> expectations(String store, List<Expectation> given, boolean copying) {
        return switch (this) {
            case BLIND_FOLLOWER -> store.equals("new") ? without(given, VERSION) : given;
            case FENCE_NOT_HELD -> without(given, FENCE);
            case CLEARS_NEWER_MARKS -> without(given, MARK);
            case UPSERT_BACKFILL, INSERT_IGNORE_BACKFILL -> copying ? without(given, VERSION) : given;
            default -> given;
        };
    }

    private static List<Expectation> without(List<Expectation> given, String part) {
        return given.stream().filter(each -> !each.key().contains(part)).toList();
    }

    /** What becomes of a commit: one or several, in this order. */
    List<List<Write>> commits(String store, List<Write> given, boolean copying, Predicate<String> present) {
        return switch (this) {
            case MARK_AFTER_WRITE -> List.of(with(given, MARK, false), with(given, MARK, true));
            case INSERT_IGNORE_BACKFILL ->
                List.of(
                        copying && store.equals("new")
                                ? given.stream()
                                        .filter(write -> write.key().startsWith("__") || !present.test(write.key()))
                                        .toList()
                                : given);
            case STAYS_IN_SYNC ->
                List.of(given.stream().map(Mutant::stillInSync).toList());
            default -> List.of(given.stream().filter(write -> !drops(write)).toList());
        };
    }

    /** The part of a commit that puts an entry of a kind, or the rest. */
    private static List<Write> with(List<Write> given, String part, boolean kind) {
        return given.stream()
                .filter(write -> (write.key().contains(part) && write.value() != null) == kind)
                .toList();
    }

    private static Write stillInSync(Write write) {
        String text = text(write);
        return write.key().contains(STAGE) && text.contains("\"stage\":\"OFF\"")
                ? new Write(
                        write.key(),
                        text.replace("\"opened\":false", "\"opened\":true")
                                .replace("\"synced\":false", "\"synced\":true")
                                .getBytes(StandardCharsets.UTF_8),
                        write.metadata(),
                        write.expiresAt())
                : write;
    }

    private boolean drops(Write write) {
        return switch (this) {
            case NO_MARK -> write.key().contains(MARK) && write.value() != null;
            case NO_TOMBSTONE -> write.key().contains(VERSION) && text(write).contains("\"content\":\"\"");
            case NO_FENCE -> write.key().contains(FENCE) && !text(write).contains("\"term\":1}");
            default -> false;
        };
    }

    /** Whether a read finds nothing where something is. */
    boolean hides(String store, String key, boolean copying) {
        boolean version = store.equals("new") && key.contains(VERSION);
        return switch (this) {
            case BLIND_FOLLOWER -> version;
            case UPSERT_BACKFILL, INSERT_IGNORE_BACKFILL -> version && copying;
            default -> false;
        };
    }

    /** Whether a listing comes back empty. */
    boolean hidesAll(String store, boolean copying) {
        return this == INSERT_IGNORE_BACKFILL && copying && store.equals("new");
    }

    /** Whether a commit begins or ends a time in which the operator sees both sides as they were; null if it does neither. */
    @Nullable
    Boolean freezes(List<Write> writes) {
        return this != VERIFY_BEFORE_DRAIN
                ? null
                : writes.stream()
                        .filter(write -> write.key().contains(STAGE))
                        .map(write -> text(write).contains("\"stage\":\"SWITCHING\""))
                        .findFirst()
                        .orElse(null);
    }

    /** What an instance sees of an entry. */
    KeyValueStore.Entry seen(String instance, KeyValueStore.Entry entry) {
        if (this != FLAG_AS_STAGE || !instance.equals("two") || !entry.key().contains(STAGE)) {
            return entry;
        }
        String flagged = new String(entry.value(), StandardCharsets.UTF_8)
                .replaceFirst("\"stage\":\"(SHADOW|READ_NEW|SWITCHING)\"", "\"stage\":\"LIVE\"");
        return new KeyValueStore.Entry(
                entry.key(),
                flagged.getBytes(StandardCharsets.UTF_8),
                entry.metadata(),
                entry.expiresAt(),
                entry.version());
    }

    private static String text(Write write) {
        byte[] value = write.value();
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
