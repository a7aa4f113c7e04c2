package io.storeway;

import java.time.Clock;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Supplies increasing UUIDs of version 7: within a millisecond, the last one's random part is increased by a random step. */
final class TimeOrderedUuids implements Supplier<UUID> {

    private static final long VERSION = 0x7000L;
    private static final long VARIANT = 0x8000_0000_0000_0000L;
    private static final int LOW_BITS = 62;
    private static final long LOW_MASK = (1L << LOW_BITS) - 1;
    private static final long HIGH_MASK = 0xfff;
    private static final long LARGEST_STEP = 1L << 32;

    private final Clock clock;
    private final RandomGenerator random;
    private long millis = -1;
    /** The 12 random bits behind the version. */
    private long high;
    /** The 62 random bits behind the variant. */
    private long low;

    TimeOrderedUuids(Clock clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    @Override
    public synchronized UUID get() {
        long now = clock.millis();
        if (now > millis) {
            begin(now);
        } else {
            low += 1 + random.nextLong(LARGEST_STEP);
            if (low > LOW_MASK) {
                low &= LOW_MASK;
                high++;
            }
            if (high > HIGH_MASK) {
                begin(millis + 1);
            }
        }
        return new UUID(millis << 16 | VERSION | high, VARIANT | low);
    }

    private void begin(long at) {
        millis = at;
        high = random.nextLong() & HIGH_MASK;
        low = random.nextLong() & LOW_MASK;
    }
}
