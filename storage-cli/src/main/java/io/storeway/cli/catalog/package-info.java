/** Reads catalog files into entity types: {@link io.storeway.cli.catalog.CatalogFile} parses, {@code TypeFactory} builds. */
@NullMarked
package io.storeway.cli.catalog;

import org.jspecify.annotations.NullMarked;
