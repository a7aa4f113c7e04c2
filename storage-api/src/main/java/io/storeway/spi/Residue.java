package io.storeway.spi;

import io.storeway.Row;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An item of a partition that can't be a row: kept durably with its raw payload, part of every comparison, and written
 * back at its place when the partition goes to a store that can hold it. A row that is written later under the key of a record
 * that a rule refused takes its place, and it counts no more.
 *
 * @param position the place in the array, from 0, or {@link #WHOLE} for the whole blob
 * @param kind why it can't be a row
 * @param constraint the name of the rule that refuses it, or null if none has a name
 * @param reason the reason for people, without values
 * @param payload the item's JSON text as it was found, or the bytes of the whole blob
 * @param fingerprint of the item as {@link PartitionState} computes it
 * @param beside what the store keeps beside the blob, where no row of the partition can hold it; else null
 * @param record the {@linkplain io.storeway.Key#text text} of the key of the record that a rule refuses; null if the item is no
 *     record, or its position alone names it
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

    /** Those whose place none of the rows has taken. */
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

    /** What lies beside the blob whose items these are all, by the first that knows; or null. */
    public static @Nullable Beside beside(List<Residue> items) {
        return items.stream()
                .map(Residue::beside)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** The position of a blob that is no array, or can't be read at all. */
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
