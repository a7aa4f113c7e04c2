package io.storeway.kv.cache;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Says that writes of a partition are under way: its entry can't be used until each writer has removed itself or its time is over.
 *
 * @param writers the writers, and when the time of each is over, in milliseconds since 1970
 */
record Mark(Map<UUID, Long> writers) {

    static final Duration LONGEST = Duration.ofDays(1);

    private static final int WRITER_BYTES = 3 * Long.BYTES;

    /** The mark of an entry, without writers whose time is over; without any if the entry is no mark. */
    static Mark in(@Nullable CacheEntry entry, long now) {
        Map<UUID, Long> writers = new LinkedHashMap<>();
        if (entry != null && entry.marks(now)) {
            ByteBuffer in = entry.body().duplicate();
            while (in.remaining() >= WRITER_BYTES) {
                UUID writer = new UUID(in.getLong(), in.getLong());
                long until = in.getLong();
                if (now < until) {
                    writers.put(writer, until);
                }
            }
        }
        return new Mark(writers);
    }

    Mark with(UUID writer, long until) {
        Map<UUID, Long> more = new LinkedHashMap<>(writers);
        more.put(writer, until);
        return new Mark(more);
    }

    Mark without(UUID writer) {
        Map<UUID, Long> fewer = new LinkedHashMap<>(writers);
        fewer.remove(writer);
        return new Mark(fewer);
    }

    boolean isEmpty() {
        return writers.isEmpty();
    }

    /** When the last writer's time is over. */
    long end() {
        return writers.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    byte[] encode() {
        ByteBuffer body = ByteBuffer.allocate(WRITER_BYTES * writers.size());
        writers.forEach((writer, until) -> body.putLong(writer.getMostSignificantBits())
                .putLong(writer.getLeastSignificantBits())
                .putLong(until));
        return CacheEntry.mark(end(), body.flip()).encode();
    }
}
