/**
 * Moves a running application from an old storage to a new one, stage by stage. Begin with {@link RoutedStorage} and
 * {@link Stage}; inside, with {@code Routing}, which puts the parts of one instance together, and
 * {@code RoutedWrites}, the write protocol.
 *
 * <p>For applications: {@link RoutedStorage}, built by {@link RoutedStorageBuilder} and moved by {@link StageControl},
 * which reports {@link StageStatus}, {@link StageChange} and, when a step is refused, {@link Block}s. {@link Router}
 * does the same for two hand-written implementations of one interface. {@link StageAdvisor} reads a flag,
 * {@link RollbackPolicy} says when reads go back by themselves. The other types are the parts of an instance:
 *
 * <ul>
 *   <li><b>The durable records</b> in the control storage and in both sides: {@code ControlRecords},
 *       {@code StageRecord}, {@code StageChanger}, {@code Waiver}, {@code Role} with {@code Roles}, {@code Fence},
 *       {@code Mark} with {@code Marks}.
 *   <li><b>The instance's part in them</b>: {@code Member} renews the lease and acknowledges epochs, {@code View} is
 *       the stage as calls see it, {@code Advice} and {@code StageWatch} move the stage without an operator.
 *   <li><b>Writes</b>: {@code RoutedWrites}; {@code TouchingUnit}, {@code TouchingRows} and {@code Touched} note
 *       which partitions a unit changes; {@code Sending}, {@code WriteBehind}, {@code Pending} and {@code Follower}
 *       bring them to the follower, {@code Refusals} and {@code Outage} remember what it refuses and when it is out of
 *       reach, {@code MarkCleaner} removes their marks.
 *   <li><b>Reads</b>: {@code RoutedRows}, {@code RoutedReplica}, {@code RoutedReads}, {@code Cohorts},
 *       {@code ReadHealth} with {@code ReadMinute}; {@code ShadowReads} and {@code ShadowCounts} compare a sample.
 *   <li><b>Making both sides equal</b>: {@code Sides} is the pair, {@code Carried} the fields that both keep;
 *       {@code Converger} is the primitive; {@code LiveBackfill} (through {@code TermStorage}), {@code Repairer},
 *       {@code RepairRounds} and {@code FullRepair} use it; {@code LiveVerification} and {@code StableComparison}
 *       compare.
 *   <li><b>Changing the stage</b>: {@code Guards}, {@code StorageGuards} and {@code RouterGuards} say what blocks a
 *       step; {@code Switchover} and {@code Barrier} change the authority; {@link Preflight} says beforehand what a pair
 *       of storages can promise.
 *   <li><b>The router</b>: {@code RouterCalls} and {@code RouterMethod} route calls, {@code Journal} and
 *       {@code Unsettled} keep the keys that may differ.
 * </ul>
 *
 * <p>The protocol and its invariants are described in docs/routing.md.
 */
@NullMarked
package io.storeway.migrate.routing;

import org.jspecify.annotations.NullMarked;
