@NullMarked
package io.storeway.testkit.engine;

import org.jspecify.annotations.NullMarked;
