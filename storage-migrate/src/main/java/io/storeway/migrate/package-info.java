/**
 * Copies all records from any storage to any other (backfill) and proves that both are equal (verification). Begin
 * with {@link Migration}; inside, with {@code Backfill} and {@code Verification}. A migration whose source is written
 * meanwhile is in {@link io.storeway.migrate.routing}.
 *
 * <ul>
 *   <li><b>What a caller sees</b>: {@link Migration} with {@link RunLimits}, {@link VerifyOptions} and
 *       {@link ProgressListener}; the reports {@link MigrationPlan}, {@link DryRunReport}, {@link BackfillReport},
 *       {@link VerificationReport}, {@link SelfTestReport}; {@link MigrationTarget} for what is kept in the target:
 *       {@link EntityProgress}, {@link ResidueItem}, {@link Acceptance}.
 *   <li><b>What all runs share</b>: {@code Pairing} (the two storages and the settings), {@code Retries},
 *       {@code Budget}, {@code Timer}, {@code Meter}, {@code Gate} (pause, resume, stop).
 *   <li><b>Before a run</b>: {@code Planner}; {@code DryRun} with {@code Examination}, which tries every item
 *       against the target's rules in memory.
 *   <li><b>Copying</b>: {@code Backfill} goes type by type, {@code TypeCopy} page by page, {@code PageCopy} and
 *       {@code PartitionCopy} in units of work, whose size {@code BatchSize} chooses and which {@code Workers} write in
 *       parallel. {@code Tally} counts, {@code PoisonSearch} finds the items that a target refuses without naming them.
 *   <li><b>What makes a run resumable</b>: {@code Checkpoint} and {@code Checkpoints}; {@code Lease},
 *       {@code Leases}, {@code Shares} and {@code SharedCopy} let several processes share a run; {@code OnceRun} and
 *       {@code FinishedRun} make it once for each version.
 *   <li><b>Comparing</b>: {@code Verification} compares {@code SlotDigests}, {@code DifferenceFinder} names what
 *       differs as {@link Difference}; {@code ContinuousVerification} goes round after round from {@code VerifiedTo};
 *       {@code SelfTest} plants defects by {@code PlantedStorage} to show that a comparison finds them.
 * </ul>
 */
@NullMarked
package io.storeway.migrate;

import org.jspecify.annotations.NullMarked;
