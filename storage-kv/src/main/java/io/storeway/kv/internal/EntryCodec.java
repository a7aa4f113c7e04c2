package io.storeway.kv.internal;

import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of an entry in a file: version, flags, expiry (seconds and nanoseconds) and metadata (length and UTF-8) if the flags say
 * that they are there, and the value.
 */
public final class EntryCodec {

    private static final int HAS_EXPIRY = 1;
    private static final int HAS_METADATA = 2;

    private EntryCodec() {}

    /** The bytes. */
    public static byte[] encode(Write write, byte[] value, long version) {
        Instant expiresAt = write.expiresAt();
        byte[] metadata = write.metadata() == null ? null : write.metadata().getBytes(StandardCharsets.UTF_8);
        int size = Long.BYTES
                + 1
                + (expiresAt == null ? 0 : Long.BYTES + Integer.BYTES)
                + (metadata == null ? 0 : Integer.BYTES + metadata.length)
                + value.length;
        ByteBuffer out = ByteBuffer.allocate(size).putLong(version);
        out.put((byte) ((expiresAt == null ? 0 : HAS_EXPIRY) | (metadata == null ? 0 : HAS_METADATA)));
        if (expiresAt != null) {
            out.putLong(expiresAt.getEpochSecond()).putInt(expiresAt.getNano());
        }
        if (metadata != null) {
            out.putInt(metadata.length).put(metadata);
        }
        return out.put(value).array();
    }

    /** The entry. */
    public static Entry decode(String key, byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        long version = in.getLong();
        int flags = in.get();
        Instant expiresAt = (flags & HAS_EXPIRY) == 0 ? null : Instant.ofEpochSecond(in.getLong(), in.getInt());
        String metadata = (flags & HAS_METADATA) == 0 ? null : text(in);
        byte[] value = Arrays.copyOfRange(stored, in.position(), stored.length);
        return new Entry(key, value, metadata, expiresAt, version);
    }

    /** The version of the bytes; 0 if there are none. */
    public static long version(byte @Nullable [] stored) {
        return stored == null ? 0 : ByteBuffer.wrap(stored).getLong();
    }

    private static String text(ByteBuffer in) {
        byte[] bytes = new byte[in.getInt()];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
