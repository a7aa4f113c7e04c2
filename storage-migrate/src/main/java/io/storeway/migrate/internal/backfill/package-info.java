/**
 * Copying. {@code Backfill} goes type by type, {@code TypeCopy} page by page, {@code PageCopy} and {@code PartitionCopy} in units of work,
 * whose size {@code BatchSize} chooses and which {@code Workers} write in parallel. {@code SharedCopy} and {@code Shares} let several
 * processes share a run; {@code PoisonSearch} finds the items that a target refuses without naming them.
 */
@NullMarked
package io.storeway.migrate.internal.backfill;

import org.jspecify.annotations.NullMarked;
