/**
 * The way of a read: the side that answers it, and the comparison of a sample with the other side. Begin with
 * {@link io.storeway.migrate.routing.internal.reads.RoutedReads}.
 */
@NullMarked
package io.storeway.migrate.routing.internal.reads;

import org.jspecify.annotations.NullMarked;
