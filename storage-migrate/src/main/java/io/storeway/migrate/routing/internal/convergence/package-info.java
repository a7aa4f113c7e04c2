/**
 * Makes both sides equal, and compares them while the application writes. Begin with
 * {@link io.storeway.migrate.routing.internal.convergence.Converger}, the primitive of every repair, and
 * {@link io.storeway.migrate.routing.internal.convergence.LiveVerification}.
 */
@NullMarked
package io.storeway.migrate.routing.internal.convergence;

import org.jspecify.annotations.NullMarked;
