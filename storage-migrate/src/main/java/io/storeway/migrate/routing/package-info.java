/**
 * Moves a running application from an old storage to a new one, stage by stage. Begin with {@link RoutedStorage} and
 * {@link Stage}.
 *
 * <p>A {@link RoutedStorage}, built by {@link RoutedStorageBuilder}, is moved by its {@link StageControl}, which reports
 * {@link StageStatus}, {@link StageChange} and, when a step is refused, {@link Block}s; {@link Preflight} says beforehand
 * what a pair of storages can promise. {@link Router} does the same for two hand-written implementations of one
 * interface. {@link StageAdvisor} reads a flag, {@link RollbackPolicy} says when reads go back by themselves.
 *
 * <p>Inside, {@code Routing} puts the parts of one instance together, and {@code Advice} moves the stage for a flag as an
 * operator would. The parts are in packages below, each of which uses only those above it in this list:
 *
 * <ul>
 *   <li>{@code internal.control}: the durable records of a migration, and what its stages mean;
 *   <li>{@code internal.membership}: this instance's lease, its view of the stage, the health of its reads;
 *   <li>{@code internal.replication}: the pair of storages with roles, fences, versions and marks;
 *   <li>{@code internal.convergence}: making both sides equal, and comparing them;
 *   <li>{@code internal.writes}: the write protocol, and the follower;
 *   <li>{@code internal.reads}: which side answers, and shadow reads;
 *   <li>{@code internal.steps}: guards, switchover and backfill;
 *   <li>{@code internal.router}: the calls of a {@link Router}.
 * </ul>
 *
 * <p>The protocol and its invariants are described in docs/routing.md.
 */
@NullMarked
package io.storeway.migrate.routing;

import org.jspecify.annotations.NullMarked;
