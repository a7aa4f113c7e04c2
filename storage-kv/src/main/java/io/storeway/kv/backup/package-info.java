/** Backups of key-value stores: a file with a checksum, and its way back into a store. */
@NullMarked
package io.storeway.kv.backup;

import org.jspecify.annotations.NullMarked;
