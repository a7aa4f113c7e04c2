/**
 * A read-through cache in front of a storage: partitions are kept in a key-value store, and optionally in the process, for
 * a time that each entity type declares.
 */
@NullMarked
package io.storeway.kv.cache;

import org.jspecify.annotations.NullMarked;
