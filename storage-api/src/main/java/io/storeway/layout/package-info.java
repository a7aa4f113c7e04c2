/** The layouts of entity types in key-value blobs and SQL tables. */
@NullMarked
package io.storeway.layout;

import org.jspecify.annotations.NullMarked;
