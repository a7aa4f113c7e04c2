/** Stands before every call of a store, a storage or a data source: what the scheduler and the faults are built on. */
@NullMarked
package io.storeway.testkit.call;

import org.jspecify.annotations.NullMarked;
