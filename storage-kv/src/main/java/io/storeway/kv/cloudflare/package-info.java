/** Cloudflare KV as a key-value store, over its REST API. */
@NullMarked
package io.storeway.kv.cloudflare;

import org.jspecify.annotations.NullMarked;
