@NullMarked
package io.storeway.testkit.schedule;

import org.jspecify.annotations.NullMarked;
