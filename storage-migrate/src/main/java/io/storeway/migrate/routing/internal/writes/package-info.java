/**
 * The way of a write: the unit of work of the storage that decides, which also marks what it changes, and then the follower,
 * waited for or behind the caller; rounds of repairs bring what has not arrived. Begin with
 * {@link io.storeway.migrate.routing.internal.writes.RoutedWrites}, the write protocol, and
 * {@link io.storeway.migrate.routing.internal.writes.Follower}.
 */
@NullMarked
package io.storeway.migrate.routing.internal.writes;

import org.jspecify.annotations.NullMarked;
