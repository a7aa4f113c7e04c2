package io.storeway.testkit.junit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.report.ConformanceReport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Certifies a storage: extend this class and implement {@link #fixture()}; then every law is a test.
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
 * <p>A law that needs what the storage declines checks that the storage refuses it; the test's name has the storage's reason. A law
 * without an effective case fails. The last test writes the {@linkplain ConformanceReport report}, and fails if a law has no
 * verdict.
 */
@Execution(ExecutionMode.SAME_THREAD)
public abstract class StorageConformanceTest {

    private static final int LISTS = 300;

    /** For subclasses. */
    protected StorageConformanceTest() {}

    /** Opens the storages. */
    protected abstract StorageFixture fixture();

    /** The name of this storage and configuration in the report; by default that of the test class without {@code ConformanceTest}. */
    protected String configuration() {
        return LawTests.configuration(getClass());
    }

    /** How many lists of commands each stateful law runs, 300 by default. Multiplied by {@code -Dstoreway.effort}. */
    protected int lists() {
        return LISTS;
    }

    /** A test for each law, and one for the report. Final, so that overriding can't leave out a law. */
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
