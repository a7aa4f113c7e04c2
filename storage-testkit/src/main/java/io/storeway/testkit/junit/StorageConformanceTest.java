package io.storeway.testkit.junit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.report.ConformanceReport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Certifies a storage: extend it, say how to open an empty storage, and every law is a test.
 *
 * <pre>{@code
 * class MyStorageTest extends StorageConformanceTest {
 *     @TempDir
 *     Path folder;
 *
 *     @Override
 *     protected StorageFixture fixture() {
 *         return StorageFixture.at(n -> "mystorage:" + folder.resolve("" + n));
 *     }
 * }
 * }</pre>
 *
 * <p>A law that needs what the storage declines checks that the storage refuses it; its name has the storage's reason. A
 * law that ran no effective case fails. The last test writes the {@linkplain ConformanceReport report} and fails if a law
 * is missing.
 */
public abstract class StorageConformanceTest {

    private static final int LISTS = 300;

    /** For subclasses. */
    protected StorageConformanceTest() {}

    /** Opens the storages. */
    protected abstract StorageFixture fixture();

    /** What the report calls this storage in this configuration; by default the name of the test class without Conformance and Test. */
    protected String configuration() {
        return LawTests.configuration(getClass());
    }

    /** How many lists of commands each stateful law runs, times {@code -Dstoreway.effort}; 300 by default. */
    protected int lists() {
        return LISTS;
    }

    /** One test for each law, and one for the report. Final, so that no law gets lost by overriding. */
    @TestFactory
    final Stream<DynamicNode> laws() {
        Conformance conformance = Conformance.of(fixture(), lists());
        LawTests tests = new LawTests();
        return Stream.concat(
                Conformance.laws().stream().map(law -> tests.test(law, conformance.declined(law), conformance::run)),
                Stream.of(dynamicTest(
                        LawTests.REPORT,
                        () -> ConformanceReport.of(configuration(), tests.verdicts())
                                .write())));
    }
}
