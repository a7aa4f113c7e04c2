/** Compares operations on records kept as blobs: Storeway, and each engine's own client used by hand. */
@NullMarked
package io.storeway.bench.blob;

import org.jspecify.annotations.NullMarked;
