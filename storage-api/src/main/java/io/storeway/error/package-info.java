/** The one exception tree of every backend. */
@NullMarked
package io.storeway.error;

import org.jspecify.annotations.NullMarked;
