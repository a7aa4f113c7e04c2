@NullMarked
package io.storeway.kv.cloudflare;

import org.jspecify.annotations.NullMarked;
