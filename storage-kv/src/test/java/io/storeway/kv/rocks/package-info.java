@NullMarked
package io.storeway.kv.rocks;

import org.jspecify.annotations.NullMarked;
