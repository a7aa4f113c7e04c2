/** Data that breaks programs. */
@NullMarked
package io.storeway.testkit.data;

import org.jspecify.annotations.NullMarked;
