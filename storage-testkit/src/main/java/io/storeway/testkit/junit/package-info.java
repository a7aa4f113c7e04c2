/** The laws as JUnit tests, and an application's own tests on several storages. */
@NullMarked
package io.storeway.testkit.junit;

import org.jspecify.annotations.NullMarked;
