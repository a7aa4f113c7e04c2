@NullMarked
package io.storeway.kv;

import org.jspecify.annotations.NullMarked;
