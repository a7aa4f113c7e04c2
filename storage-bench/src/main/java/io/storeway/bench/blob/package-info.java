/** Records as blobs: Storeway beside each engine used by hand. */
@NullMarked
package io.storeway.bench.blob;

import org.jspecify.annotations.NullMarked;
