/** Values that break programs, for tests of your own. */
@NullMarked
package io.storeway.testkit.data;

import org.jspecify.annotations.NullMarked;
