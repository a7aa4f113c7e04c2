@NullMarked
package io.storeway.testkit.junit;

import org.jspecify.annotations.NullMarked;
