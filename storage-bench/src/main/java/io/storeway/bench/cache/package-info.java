/** Measures what a cache in front of a storage costs and saves. */
@NullMarked
package io.storeway.bench.cache;

import org.jspecify.annotations.NullMarked;
