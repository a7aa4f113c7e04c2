/** Key-value stores, and the storage that keeps records in them as JSON blobs. */
@NullMarked
package io.storeway.kv;

import org.jspecify.annotations.NullMarked;
