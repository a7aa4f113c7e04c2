/**
 * Benchmarks. Most run under JMH and, on a machine that does other work too, by their {@code main} methods, which compare the
 * contestants in {@link io.storeway.bench.Turns}. docs/benchmarks.md has the commands and the figures.
 *
 * <ul>
 *   <li>{@link io.storeway.bench.BackfillBenchmark} and {@link io.storeway.bench.PostgresBackfillBenchmark}: copies of many records,
 *       against hand-written loaders ({@code Loader}).
 *   <li>{@link io.storeway.bench.RoutedBenchmark}: what a routed storage adds to reads and writes.
 *   <li>{@link io.storeway.bench.HeapRun} and {@link io.storeway.bench.ResumeRun}: memory, and the time to resume; run once.
 *   <li>Single operations on rows, on blobs and through a cache have packages of their own.
 * </ul>
 */
@NullMarked
package io.storeway.bench;

import org.jspecify.annotations.NullMarked;
