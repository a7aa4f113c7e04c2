package io.storeway.spi;

import io.storeway.Row;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An item of a partition that can't be a row. It is kept durably with its raw payload, is part of every comparison, and is written at its
 * place again when the partition is copied to a store that can hold it. If a row with the key of a refused record is written later, it
 * replaces the residue.
 *
 * @param position the place in the array, from 0, or {@link #WHOLE} for the whole blob
 * @param kind why it can't be a row
 * @param constraint the name of the rule that refuses it, or null if none has a name
 * @param reason the reason for people, without values
 * @param payload the item's JSON text as it was found, or the bytes of the whole blob
 * @param fingerprint the item's fingerprint
 * @param beside what the store keeps beside the blob, if no row of the partition can hold it; otherwise null
 * @param record the {@linkplain io.storeway.Key#text text} of the record's key, if a rule refuses a record; null if the item is no
 *     record, or its key contains the position
 */
public record Residue(
        int position,
        Kind kind,
        @Nullable String constraint,
        String reason,
        byte[] payload,
        Fingerprint fingerprint,
        @Nullable Beside beside,
        @Nullable String record) {

    /**
     * What a key-value store keeps beside a blob.
     *
     * @param metadata JSON text, or null
     * @param expiresAt whole milliseconds at most, or null
     */
    public record Beside(
            @Nullable String metadata, @Nullable Instant expiresAt) {}

    /** An item that is no record, with nothing beside it. */
    public Residue(
            int position,
            Kind kind,
            @Nullable String constraint,
            String reason,
            byte[] payload,
            Fingerprint fingerprint) {
        this(position, kind, constraint, reason, payload, fingerprint, null, null);
    }

    /** The residue items that are not replaced by one of the rows. */
    public static List<Residue> left(List<Residue> items, List<Row> rows) {
        if (items.isEmpty() || rows.isEmpty()) {
            return items;
        }
        Set<String> taken =
                rows.stream().map(row -> row.key().text(row.type().key())).collect(Collectors.toSet());
        return items.stream()
                .filter(item -> item.record() == null || !taken.contains(item.record()))
                .toList();
    }

    /** What the store keeps beside the blob that consists of these items, as the first item that has it says; or null. */
    public static @Nullable Beside beside(List<Residue> items) {
        return items.stream()
                .map(Residue::beside)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** The position of a whole blob, if it is no array or can't be read. */
    public static final int WHOLE = -1;

    /** Why an item can't be a row. */
    public enum Kind {
        /** It repeats a key, or the values of a unique key. */
        UNIQUE,
        /** It refers to a record that is not there. */
        REFERENCE,
        /** A value lies outside the declared set or range. */
        CHECK,
        /** A required value is missing. */
        NOT_NULL,
        /** A value, or the whole text, doesn't fit the layout. */
        INVALID
    }
}
