/**
 * What every run shares. Begin with {@code Pairing}: the two storages and the settings. {@code Planner} says what would be copied;
 * {@code Pages} reads a source ahead, {@code Retries} repeats what failed, {@code Budget} keeps the limits, {@code Gate} pauses and
 * stops, {@code Timer} waits, {@code Meter} estimates what is left.
 */
@NullMarked
package io.storeway.migrate.internal.run;

import org.jspecify.annotations.NullMarked;
