/**
 * Copies all records from any storage to any other (backfill) and proves that both are equal (verification). Begin
 * with {@link Migration}. A migration whose source is written meanwhile is in {@link io.storeway.migrate.routing}.
 *
 * <p>{@link RunLimits}, {@link VerifyOptions} and {@link ProgressListener} steer a run; {@link MigrationPlan},
 * {@link DryRunReport}, {@link BackfillReport}, {@link VerificationReport} and {@link SelfTestReport} report on it;
 * {@link MigrationTarget} is what it leaves in the target: {@link EntityProgress}, {@link ResidueItem},
 * {@link Acceptance}. The parts lie in packages below {@code internal}, each of which uses those before it:
 *
 * <ul>
 *   <li>{@code internal}: partitions, digests and convergence, which routed storages and repairs use too
 *   <li>{@code run}: what every run shares
 *   <li>{@code checkpoint}: its durable records
 *   <li>{@code backfill}: copying
 *   <li>{@code verification}: comparing
 *   <li>{@code dryrun}: trying items before a run
 * </ul>
 */
@NullMarked
package io.storeway.migrate;

import org.jspecify.annotations.NullMarked;
