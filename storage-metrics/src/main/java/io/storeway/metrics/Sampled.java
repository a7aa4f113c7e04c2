package io.storeway.metrics;

import io.storeway.error.StorageException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Something that costs I/O to find out, found out at most once in a while. Thread-safe. */
final class Sampled<V> {

    private final Supplier<V> source;
    private final Duration lasting;
    private final Clock clock;
    private Instant until = Instant.MIN;
    private @Nullable V value;

    Sampled(Supplier<V> source, Duration lasting, Clock clock) {
        this.source = source;
        this.lasting = lasting;
        this.clock = clock;
    }

    /** The value, or empty if it can't be found out. */
    synchronized Optional<V> get() {
        if (!clock.instant().isBefore(until)) {
            try {
                value = source.get();
            } catch (StorageException e) {
                value = null;
            }
            until = clock.instant().plus(lasting);
        }
        return Optional.ofNullable(value);
    }
}
