/** Meters for Micrometer: operations of storages, reads of caches, stages and progress of migrations. */
@NullMarked
package io.storeway.metrics;

import org.jspecify.annotations.NullMarked;
