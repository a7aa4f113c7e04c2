/** Catalog files. */
@NullMarked
package io.storeway.cli.catalog;

import org.jspecify.annotations.NullMarked;
