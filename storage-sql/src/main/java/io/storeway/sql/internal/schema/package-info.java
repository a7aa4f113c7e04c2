/**
 * Makes and compares tables. Begin with {@link Schema}, which compares {@link LiveSchema} with the declared tables by
 * {@link SchemaCheck}, and finds the changes that make them equal by {@link SchemaDiff}.
 */
@NullMarked
package io.storeway.sql.internal.schema;

import org.jspecify.annotations.NullMarked;
