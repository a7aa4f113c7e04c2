@NullMarked
package io.storeway.kv.cache;

import org.jspecify.annotations.NullMarked;
