/** What every storage keeps, as laws that run without a test engine: {@link io.storeway.testkit.laws.Conformance}. */
@NullMarked
package io.storeway.testkit.laws;

import org.jspecify.annotations.NullMarked;
