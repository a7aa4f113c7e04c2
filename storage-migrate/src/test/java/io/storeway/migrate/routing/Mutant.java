package io.storeway.migrate.routing;

import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

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
    /** One instance follows a flag that says LIVE, whatever the record says. */
    FLAG_AS_STAGE,
    /** The storage that is left is never fenced. */
    NO_FENCE;

    private static final String VERSION = ":version:";
    private static final String MARK = ":mark:";
    private static final String FENCE = ":fence:";
    private static final String STAGE = ":stage:";

    List<Expectation> expectations(List<Expectation> given, boolean copying) {
        return switch (this) {
            case FENCE_NOT_HELD -> without(given, FENCE);
            case CLEARS_NEWER_MARKS -> without(given, MARK);
            case UPSERT_BACKFILL -> copying ? without(given, VERSION) : given;
            default -> given;
        };
    }

    private static List<Expectation> without(List<Expectation> given, String part) {
        return given.stream().filter(each -> !each.key().contains(part)).toList();
    }

    /** What is left of a commit. */
    List<Write> writes(List<Write> given) {
        return given.stream().filter(write -> !drops(write)).toList();
    }

    private boolean drops(Write write) {
        return switch (this) {
            case NO_MARK, MARK_AFTER_WRITE -> write.key().contains(MARK) && write.value() != null;
            case NO_TOMBSTONE -> write.key().contains(VERSION) && text(write).contains("\"content\":\"\"");
            case NO_FENCE -> write.key().contains(FENCE) && !text(write).contains("\"term\":1}");
            default -> false;
        };
    }

    /** What comes in a commit of its own. */
    List<Write> later(List<Write> given) {
        return this == MARK_AFTER_WRITE ? given.stream().filter(this::drops).toList() : new ArrayList<>();
    }

    /** Whether a read finds nothing where something is. */
    boolean hides(String store, String key, boolean copying) {
        boolean version = store.equals("new") && key.contains(VERSION);
        return switch (this) {
            case BLIND_FOLLOWER -> version;
            case UPSERT_BACKFILL -> version && copying;
            default -> false;
        };
    }

    /** What an instance sees of an entry. */
    KeyValueStore.Entry seen(String store, String instance, KeyValueStore.Entry entry) {
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
