/** Redis and Redis Cluster as a key-value store, and messages between caches over them. */
@NullMarked
package io.storeway.kv.redis;

import org.jspecify.annotations.NullMarked;
