/** Property tests of single values and keys by jqwik 1.9.3, which must be on the class path. */
@NullMarked
package io.storeway.testkit.jqwik;

import org.jspecify.annotations.NullMarked;
