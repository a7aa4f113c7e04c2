/** What backfills, comparisons and routed storages share; no part of the public interface. */
@NullMarked
package io.storeway.migrate.internal;

import org.jspecify.annotations.NullMarked;
