/**
 * What a SQL storage is made of: {@link SqlRows} implements the operations on rows, {@link SqlReplica} units of work and what a
 * migration needs, with {@link Bookkeeping} of versions and residue.
 */
@NullMarked
package io.storeway.sql.internal.store;

import org.jspecify.annotations.NullMarked;
