/**
 * The pair of storages, and what both keep so that one can follow the other: roles, fences, the fields that both carry, the
 * partitions that a unit of work touches, and their marks. Begin with
 * {@link io.storeway.migrate.routing.internal.replication.Sides} and
 * {@link io.storeway.migrate.routing.internal.replication.Mark}.
 */
@NullMarked
package io.storeway.migrate.routing.internal.replication;

import org.jspecify.annotations.NullMarked;
