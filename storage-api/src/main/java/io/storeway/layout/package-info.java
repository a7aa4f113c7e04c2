/** How an entity type lies in key-value blobs and in SQL tables. */
@NullMarked
package io.storeway.layout;

import org.jspecify.annotations.NullMarked;
