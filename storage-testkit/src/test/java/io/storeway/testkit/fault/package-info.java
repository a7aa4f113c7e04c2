@NullMarked
package io.storeway.testkit.fault;

import org.jspecify.annotations.NullMarked;
