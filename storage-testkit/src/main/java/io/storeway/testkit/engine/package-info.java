/** Real servers for tests, started from jars. */
@NullMarked
package io.storeway.testkit.engine;

import org.jspecify.annotations.NullMarked;
