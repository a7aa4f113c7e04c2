/** Turns blobs into rows and back by the layout of an entity type, and contains what several stores share. Not exported. */
@NullMarked
package io.storeway.kv.internal;

import org.jspecify.annotations.NullMarked;
