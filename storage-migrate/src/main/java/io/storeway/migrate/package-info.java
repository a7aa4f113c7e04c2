/** Backfill and verification from any storage to any storage. */
@NullMarked
package io.storeway.migrate;

import org.jspecify.annotations.NullMarked;
