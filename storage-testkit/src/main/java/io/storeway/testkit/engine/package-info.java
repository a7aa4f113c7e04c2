/** Real servers for tests, started on demand: {@link io.storeway.testkit.engine.Engines}. */
@NullMarked
package io.storeway.testkit.engine;

import org.jspecify.annotations.NullMarked;
