/**
 * What differs between SQL engines, and the table of an entity type in one of them. Begin with {@link Dialect}, then {@link Table},
 * which knows the columns and statement texts of a type; neither runs a statement for a storage. {@link Failure} is what an engine's
 * exception means in terms that all engines share.
 */
@NullMarked
package io.storeway.sql.internal.dialect;

import org.jspecify.annotations.NullMarked;
