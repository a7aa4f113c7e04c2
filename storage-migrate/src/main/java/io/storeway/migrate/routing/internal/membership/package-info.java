/**
 * The part of one instance in a migration: its lease, the epochs it acknowledges, the stage as its calls see it, and how its
 * reads go. Begin with {@link io.storeway.migrate.routing.internal.membership.Member}.
 */
@NullMarked
package io.storeway.migrate.routing.internal.membership;

import org.jspecify.annotations.NullMarked;
