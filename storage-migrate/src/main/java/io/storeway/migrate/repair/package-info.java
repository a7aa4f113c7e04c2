/** Finding out about differences and residue one by one, and mending them. */
@NullMarked
package io.storeway.migrate.repair;

import org.jspecify.annotations.NullMarked;
