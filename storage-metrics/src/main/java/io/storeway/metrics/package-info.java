/**
 * Micrometer meters and observations for Storeway. {@link io.storeway.metrics.StorageMetrics} and {@link
 * io.storeway.metrics.StorageObservations} listen to the calls of an observed storage; {@link io.storeway.metrics.HealthMetrics},
 * {@link io.storeway.metrics.CacheMetrics} and {@link io.storeway.metrics.RoutingMetrics} are bound to a registry; {@link
 * io.storeway.metrics.MigrationMetrics} listens to the progress of a run.
 */
@NullMarked
package io.storeway.metrics;

import org.jspecify.annotations.NullMarked;
