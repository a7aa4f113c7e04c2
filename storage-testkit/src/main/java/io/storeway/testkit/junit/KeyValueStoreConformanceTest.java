package io.storeway.testkit.junit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.laws.KeyValueConformance;
import io.storeway.testkit.report.ConformanceReport;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/**
 * Certifies a key-value store: extend it, say how to open an empty one, and every law is a test.
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
 * <p>These are the laws of the store itself; {@link StorageConformanceTest} has those of the records that live in it. A law
 * that ran no effective case fails. The last test writes the {@linkplain ConformanceReport report} and fails if a law is
 * missing.
 */
public abstract class KeyValueStoreConformanceTest {

    private static final int LISTS = 300;

    /** For subclasses. */
    protected KeyValueStoreConformanceTest() {}

    /** Opens the stores. */
    protected abstract KeyValueFixture fixture();

    /** What the report calls this store in this configuration; by default the name of the test class without KeyValueTest. */
    protected String configuration() {
        return LawTests.configuration(getClass());
    }

    /** How many lists of commands the stateful law runs, times {@code -Dstoreway.effort}; 300 by default. */
    protected int lists() {
        return LISTS;
    }

    /** One test for each law, and one for the report. Final, so that no law gets lost by overriding. */
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
