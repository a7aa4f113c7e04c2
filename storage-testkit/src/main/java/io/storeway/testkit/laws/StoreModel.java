package io.storeway.testkit.laws;

import io.storeway.FieldType;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The expected behaviour of a key-value store: a map sorted by the UTF-8 bytes of its keys. Answers as text. */
final class StoreModel {

    static final String DONE = "done";
    static final String CONFLICT = "VersionConflictException";

    private static final String ABSENT = "absent";

    private final TreeMap<String, Write> entries = new TreeMap<>(FieldType.TEXT::compare);

    String answer(StoreCommand command) {
        return switch (command.kind()) {
            case PUT_ABSENT -> entries.containsKey(command.first().name()) ? CONFLICT : write(command.writes());
            case PUT, PUT_VERSION, DELETE, DELETE_VERSION, COMMIT -> write(command.writes());
            case PUT_STALE, DELETE_STALE, COMMIT_UNMET -> CONFLICT;
            case GET -> shown(entries.get(command.first().name()));
            case GET_ALL ->
                command.picks().stream()
                        .map(pick -> shown(entries.get(pick.name())))
                        .toList()
                        .toString();
            case LIST -> list(command.prefix());
            case PURGE -> purge(command.first().time());
        };
    }

    /** Whether a right answer shows that the command did what it is for. */
    static boolean shows(StoreCommand command, String answer) {
        return switch (command.kind()) {
            case PUT, PUT_ABSENT, PUT_VERSION, DELETE, DELETE_VERSION, COMMIT -> answer.equals(DONE);
            case PUT_STALE, DELETE_STALE, COMMIT_UNMET -> answer.equals(CONFLICT);
            case GET -> !answer.equals(ABSENT);
            case GET_ALL -> answer.contains("=");
            case LIST -> !answer.equals("[]");
            case PURGE -> !answer.equals("0");
        };
    }

    private String write(List<Write> writes) {
        for (Write write : writes) {
            if (write.value() == null) {
                entries.remove(write.key());
            } else {
                entries.put(write.key(), write);
            }
        }
        return DONE;
    }

    private String list(String prefix) {
        return entries.values().stream()
                .filter(entry -> entry.key().startsWith(prefix))
                .map(StoreModel::shown)
                .toList()
                .toString();
    }

    private String purge(Instant now) {
        int before = entries.size();
        entries.values().removeIf(entry -> entry.expiresAt() != null && !now.isBefore(entry.expiresAt()));
        return String.valueOf(before - entries.size());
    }

    /** All that is there, in order. */
    String all() {
        return list("");
    }

    static String shown(List<Write> writes) {
        return writes.stream().map(StoreModel::shown).toList().toString();
    }

    static String shown(@Nullable Write write) {
        return write == null ? ABSENT : shown(write.key(), write.value(), write.metadata(), write.expiresAt());
    }

    static String shown(@Nullable Entry entry) {
        return entry == null ? ABSENT : shown(entry.key(), entry.value(), entry.metadata(), entry.expiresAt());
    }

    private static String shown(
            String key, byte @Nullable [] value, @Nullable String metadata, @Nullable Instant expiresAt) {
        return "'" + key + "'="
                + (value == null ? "deleted" : "'" + new String(value, StandardCharsets.ISO_8859_1) + "'")
                + (metadata == null ? "" : " with " + metadata)
                + (expiresAt == null ? "" : " until " + expiresAt);
    }
}
