/**
 * The conformance kit. To certify a storage, extend {@link io.storeway.testkit.junit.StorageConformanceTest} and give it a {@link
 * io.storeway.testkit.StorageFixture}; for a key-value store, extend {@link
 * io.storeway.testkit.junit.KeyValueStoreConformanceTest}.
 *
 * <ul>
 *   <li>{@code laws} holds what every storage keeps, without any test engine; {@code junit} and {@code jqwik} run it, {@code
 *       report} writes the verdicts.
 *   <li>{@code schedule} (orders of threads), {@code fault} (failures), {@code history} (linearizability) and {@code data}
 *       (values that break programs) are tools for tests of your own; {@code call} intercepts the calls of stores for them.
 *   <li>{@code engine} starts real servers.
 * </ul>
 */
@NullMarked
package io.storeway.testkit;

import org.jspecify.annotations.NullMarked;
