/**
 * JUnit tests of the laws, to certify a storage or a key-value store, and {@link io.storeway.testkit.junit.StorageTest}, which runs an
 * application's own tests on several storages.
 */
@NullMarked
package io.storeway.testkit.junit;

import org.jspecify.annotations.NullMarked;
