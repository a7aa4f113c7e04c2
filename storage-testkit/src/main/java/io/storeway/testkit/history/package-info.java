/** Records what clients saw, and checks that a single copy of each value could have answered so. */
@NullMarked
package io.storeway.testkit.history;

import org.jspecify.annotations.NullMarked;
