package io.storeway.kv.cache;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the cache keeps under a key.
 *
 * @param kind what sort of entry
 * @param owner the id of whoever made a lease or a generation; zero for other kinds
 * @param generation the version of the type's generation when the rows were read; 0 if there was none
 * @param freshUntil when the time to live, or the mark, ends; in milliseconds since 1970, as the next two
 * @param revalidateUntil until when rows may still be served while the source is asked in the background
 * @param errorUntil until when rows may still be served if the source is not available
 * @param body the {@linkplain RowImage image} of the rows, or the writers of a {@link Mark}
 */
record CacheEntry(
        Kind kind,
        UUID owner,
        long generation,
        long freshUntil,
        long revalidateUntil,
        long errorUntil,
        ByteBuffer body) {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
    private static final UUID NOBODY = new UUID(0, 0);
    private static final int HEADER = 1 + 6 * Long.BYTES;

    /** The sorts of entries. */
    enum Kind {
        /** The rows of a partition. */
        ROWS('I'),
        /** Says that a partition has too many rows to be cached. */
        TOO_LARGE('T'),
        /** Reserves the key while a reader asks the source. */
        LEASE('L'),
        /** Says that writes of the partition are under way. */
        MARK('M'),
        /** Invalidates all entries of a type at once when it changes: rows that were read under another generation don't count. */
        GENERATION('G');

        private final byte code;

        Kind(char code) {
            this.code = (byte) code;
        }

        static @Nullable Kind of(byte code) {
            for (Kind kind : values()) {
                if (kind.code == code) {
                    return kind;
                }
            }
            return null;
        }
    }

    static CacheEntry mark(long until, ByteBuffer writers) {
        return new CacheEntry(Kind.MARK, NOBODY, 0, until, 0, 0, writers);
    }

    static CacheEntry owned(Kind kind, UUID owner, long until) {
        return new CacheEntry(kind, owner, 0, until, 0, 0, NOTHING);
    }

    static CacheEntry rows(
            long generation, long freshUntil, long revalidateUntil, long errorUntil, byte @Nullable [] body) {
        return new CacheEntry(
                body == null ? Kind.TOO_LARGE : Kind.ROWS,
                NOBODY,
                generation,
                freshUntil,
                revalidateUntil,
                errorUntil,
                body == null ? NOTHING : ByteBuffer.wrap(body));
    }

    boolean holdsRows() {
        return kind == Kind.ROWS || kind == Kind.TOO_LARGE;
    }

    boolean marks(long now) {
        return kind == Kind.MARK && now < freshUntil && !overlong(now);
    }

    /** Whether this mark ends later than any mark made now could, because clocks differ by more than they may. */
    boolean overlong(long now) {
        return kind == Kind.MARK && freshUntil - now > 2 * Mark.LONGEST.toMillis();
    }

    /** When the entry becomes useless. */
    long end() {
        return Math.max(freshUntil, Math.max(revalidateUntil, errorUntil));
    }

    byte[] encode() {
        return ByteBuffer.allocate(HEADER + body.remaining())
                .put(kind.code)
                .putLong(owner.getMostSignificantBits())
                .putLong(owner.getLeastSignificantBits())
                .putLong(generation)
                .putLong(freshUntil)
                .putLong(revalidateUntil)
                .putLong(errorUntil)
                .put(body.duplicate())
                .array();
    }

    /** The entry, or null if the bytes are not in this format. */
    static @Nullable CacheEntry decode(byte[] value) {
        Kind kind = value.length < HEADER ? null : Kind.of(value[0]);
        if (kind == null) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(value, 1, value.length - 1);
        UUID owner = new UUID(in.getLong(), in.getLong());
        long generation = in.getLong();
        long freshUntil = in.getLong();
        long revalidateUntil = in.getLong();
        long errorUntil = in.getLong();
        return new CacheEntry(kind, owner, generation, freshUntil, revalidateUntil, errorUntil, in);
    }
}
