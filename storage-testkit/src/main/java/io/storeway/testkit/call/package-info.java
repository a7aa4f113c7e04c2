/** Intercepts the calls of stores and storages. The scheduler and the fault injection are built on it. */
@NullMarked
package io.storeway.testkit.call;

import org.jspecify.annotations.NullMarked;
