package io.storeway.testkit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Certifies a storage: extend it, say how to open an empty storage, and every law is a test.
 *
 * <pre>{@code
 * class MyStorageTest extends StorageConformanceTest {
 *     @Override
 *     protected StorageFixture fixture() {
 *         return (catalog, clock) -> MyStorage.open(newEmptyFolder(), catalog, clock);
 *     }
 * }
 * }</pre>
 *
 * <p>A law that needs what the storage declines is listed with the storage's reason. A law that ran no effective case fails.
 */
public abstract class StorageConformanceTest {

    /** For subclasses. */
    protected StorageConformanceTest() {}

    /** Opens the storages. */
    protected abstract StorageFixture fixture();

    /** One test for each law. Final, so that no law gets lost by overriding. */
    @TestFactory
    final Stream<DynamicNode> laws() {
        Conformance conformance = Conformance.of(fixture());
        return Conformance.laws().stream()
                .map(law -> dynamicTest(
                        law.id() + " " + law.title()
                                + conformance
                                        .declined(law)
                                        .map(reason -> " (declined: " + reason + ")")
                                        .orElse(""),
                        () -> {
                            Throwable failure = conformance.run(law).failure();
                            if (failure != null) {
                                throw failure;
                            }
                        }));
    }
}
