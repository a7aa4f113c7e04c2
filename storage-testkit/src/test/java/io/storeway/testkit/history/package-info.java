@NullMarked
package io.storeway.testkit.history;

import org.jspecify.annotations.NullMarked;
