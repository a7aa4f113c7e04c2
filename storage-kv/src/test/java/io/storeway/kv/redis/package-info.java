@NullMarked
package io.storeway.kv.redis;

import org.jspecify.annotations.NullMarked;
