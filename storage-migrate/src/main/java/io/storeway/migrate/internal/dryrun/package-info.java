/**
 * Trying every item against the rules of the target before anything is written. Begin with {@code DryRun}; {@code Examination} keeps the
 * rules in memory.
 */
@NullMarked
package io.storeway.migrate.internal.dryrun;

import org.jspecify.annotations.NullMarked;
