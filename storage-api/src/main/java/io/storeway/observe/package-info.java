/** Observes the calls of a storage, for metrics, logs and Java Flight Recorder. */
@NullMarked
package io.storeway.observe;

import org.jspecify.annotations.NullMarked;
