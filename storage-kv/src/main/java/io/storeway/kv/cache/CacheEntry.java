package io.storeway.kv.cache;

import java.nio.ByteBuffer;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the cache keeps under a key.
 *
 * @param kind what it is
 * @param owner who made a lease, a mark or a generation; zero for the others
 * @param generation the version of the type's generation when the rows were read; 0 if it had none
 * @param freshUntil when the time to live or the mark ends, in milliseconds since 1970
 * @param revalidateUntil until when rows may be served while they are read anew
 * @param errorUntil until when rows may be served if the source is not available
 * @param body the rows as JSON
 */
record CacheEntry(
        Kind kind, UUID owner, long generation, long freshUntil, long revalidateUntil, long errorUntil, byte[] body) {

    private static final UUID NOBODY = new UUID(0, 0);
    private static final int HEADER = 1 + 6 * Long.BYTES;

    /** What an entry is. */
    enum Kind {
        /** The rows of a partition. */
        ROWS,
        /** The knowledge that a partition has too many rows. */
        TOO_LARGE,
        /** The place that a reader holds while it asks the source. */
        LEASE,
        /** The warning that a write goes on. */
        MARK,
        /** A point in the life of a type: rows that were read under another one don't count. */
        GENERATION
    }

    static CacheEntry owned(Kind kind, UUID owner, long until) {
        return new CacheEntry(kind, owner, 0, until, 0, 0, new byte[0]);
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
                body == null ? new byte[0] : body);
    }

    boolean holdsRows() {
        return kind == Kind.ROWS || kind == Kind.TOO_LARGE;
    }

    boolean marks(long now) {
        return kind == Kind.MARK && now < freshUntil;
    }

    /** When the entry is of no more use. */
    long end() {
        return Math.max(freshUntil, Math.max(revalidateUntil, errorUntil));
    }

    byte[] encode() {
        return ByteBuffer.allocate(HEADER + body.length)
                .put((byte) kind.ordinal())
                .putLong(owner.getMostSignificantBits())
                .putLong(owner.getLeastSignificantBits())
                .putLong(generation)
                .putLong(freshUntil)
                .putLong(revalidateUntil)
                .putLong(errorUntil)
                .put(body)
                .array();
    }

    /** The entry, or null if the bytes are none. */
    static @Nullable CacheEntry decode(byte[] value) {
        if (value.length < HEADER || value[0] < 0 || value[0] >= Kind.values().length) {
            return null;
        }
        ByteBuffer in = ByteBuffer.wrap(value);
        Kind kind = Kind.values()[in.get()];
        UUID owner = new UUID(in.getLong(), in.getLong());
        long generation = in.getLong();
        long freshUntil = in.getLong();
        long revalidateUntil = in.getLong();
        long errorUntil = in.getLong();
        byte[] body = new byte[in.remaining()];
        in.get(body);
        return new CacheEntry(kind, owner, generation, freshUntil, revalidateUntil, errorUntil, body);
    }
}
