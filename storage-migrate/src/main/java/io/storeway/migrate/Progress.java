package io.storeway.migrate;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far a run has come.
 *
 * @param phase what it is busy with
 * @param entity the name of the entity type
 * @param partitions partitions of this type read so far
 * @param items items of this type read so far
 * @param itemsPerSecond the rate of the last seconds, in which the latest count most
 * @param done which part of the whole run is done, from 0 to 1; empty unless {@link Migration#plan} was called before
 * @param remaining how long the rest takes at the pace so far; empty before one percent is done
 */
public record Progress(
        ProgressListener.Phase phase,
        String entity,
        long partitions,
        long items,
        double itemsPerSecond,
        OptionalDouble done,
        Optional<Duration> remaining) {}
