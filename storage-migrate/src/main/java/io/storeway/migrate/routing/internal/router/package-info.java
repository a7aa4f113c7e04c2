/**
 * The router between two implementations of one interface: its calls, its guards, and the keys that the two may not agree
 * on. Begin with {@link io.storeway.migrate.routing.internal.router.RouterCalls}.
 */
@NullMarked
package io.storeway.migrate.routing.internal.router;

import org.jspecify.annotations.NullMarked;
