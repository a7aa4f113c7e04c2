@NullMarked
package io.storeway.testkit;

import org.jspecify.annotations.NullMarked;
