@NullMarked
package io.storeway.kv.backup;

import org.jspecify.annotations.NullMarked;
