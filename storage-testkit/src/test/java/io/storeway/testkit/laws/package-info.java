@NullMarked
package io.storeway.testkit.laws;

import org.jspecify.annotations.NullMarked;
