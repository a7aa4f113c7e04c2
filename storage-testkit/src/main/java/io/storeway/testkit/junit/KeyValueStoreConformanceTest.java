package io.storeway.testkit.junit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.laws.KeyValueConformance;
import io.storeway.testkit.report.ConformanceReport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * Certifies a key-value store: extend this class and implement {@link #fixture()}; then every law is a test.
 *
 * <pre>{@code
 * class MyKeyValueTest extends KeyValueStoreConformanceTest {
 *     @TempDir
 *     Path folder;
 *
 *     @Override
 *     protected KeyValueFixture fixture() {
 *         return KeyValueFixture.at(n -> folder.resolve("" + n), MyStore::open);
 *     }
 * }
 * }</pre>
 *
 * <p>These are the laws of the store itself; {@link StorageConformanceTest} has those of the records in it. A law that needs what
 * the store declines checks that the store refuses it. A law without an effective case fails. The last test writes the
 * {@linkplain ConformanceReport report}, and fails if a law has no verdict.
 */
@Execution(ExecutionMode.SAME_THREAD)
public abstract class KeyValueStoreConformanceTest {

    private static final int LISTS = 300;

    /** For subclasses. */
    protected KeyValueStoreConformanceTest() {}

    /** Opens the stores. */
    protected abstract KeyValueFixture fixture();

    /** The name of this store and configuration in the report; by default that of the test class without {@code KeyValueTest}. */
    protected String configuration() {
        return LawTests.configuration(getClass());
    }

    /** How many lists of commands the stateful law runs, 300 by default. Multiplied by {@code -Dstoreway.effort}. */
    protected int lists() {
        return LISTS;
    }

    /** A test for each law, and one for the report. Final, so that overriding can't leave out a law. */
    @TestFactory
    final Stream<DynamicNode> laws() {
        KeyValueConformance conformance = KeyValueConformance.of(fixture(), lists());
        LawTests tests = new LawTests();
        return Stream.concat(
                KeyValueConformance.laws().stream()
                        .map(law -> tests.test(law, conformance.declined(law), conformance::run)),
                Stream.of(dynamicTest(
                        LawTests.REPORT,
                        () -> ConformanceReport.ofStore(configuration(), tests.verdicts())
                                .write())));
    }
}
