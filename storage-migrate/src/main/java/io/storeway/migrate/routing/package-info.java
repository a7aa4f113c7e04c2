/** A storage in front of two, which moves an application from one to the other while it runs. */
@NullMarked
package io.storeway.migrate.routing;

import org.jspecify.annotations.NullMarked;
