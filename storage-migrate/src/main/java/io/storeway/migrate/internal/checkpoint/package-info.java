/**
 * The durable records of runs, which lie in the target. {@code Checkpoint} says how far a type is, in numbers that {@code Tally} counts;
 * {@code Lease} keeps two processes apart; {@code FinishedRun} remembers a run that is made once for each version.
 */
@NullMarked
package io.storeway.migrate.internal.checkpoint;

import org.jspecify.annotations.NullMarked;
