package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.testkit.Conformance;
import io.storeway.testkit.StorageFixture;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The conformance laws find every defect, by the law that is meant for it. */
class BrokenStoreTest {

    private static final int LISTS = 40;

    static Stream<Arguments> defects() {
        return Stream.of(
                defect("L17-keys", BrokenStore.LowerCasesKeys::new),
                defect("L17-keys", BrokenStore.TrimsKeys::new),
                defect("A01-objects", BrokenStore.OneKeyForAll::new),
                defect("A01-objects", BrokenStore.DropsTheLastOfABatch::new),
                defect("A01-objects", BrokenStore.ForgetsDeletions::new),
                defect("A01-arrays", BrokenStore.AcknowledgesWithoutWriting::new),
                defect("L18-exact", BrokenStore.TruncatesValues::new),
                defect("L21-counter", BrokenStore.ChecksNoExpectation::new),
                defect("L22-race", BrokenStore.ChecksNoExpectation::new),
                defect("L23-partition", BrokenStore.CountsVersionsByContent::new),
                defect("C17-append", BrokenStore.PutsTheLastFirst::new),
                defect("C17-content-id", BrokenStore.PutsTheLastFirst::new),
                defect("L19-purge", BrokenStore.ForgetsDeletions::new),
                defect("L20-back", BrokenStore.ListsAPageAtMost::new),
                defect("L24-groups", BrokenStore.ListsAPageAtMost::new),
                defect("R1-scan", BrokenStore.SkipsTheFirstOfAPage::new),
                defect("R1-scan", BrokenStore.ListsAPageAtMost::new),
                defect("R3-version", BrokenStore.LosesTheVersion::new),
                defect("A01-set", BrokenStore.ReadsNothingNowAndThen::new));
    }

    private static Arguments defect(String law, Supplier<BrokenStore> store) {
        return Arguments.of(store.get().getClass().getSimpleName(), law, store);
    }

    @ParameterizedTest(name = "{0} is found by {1}")
    @MethodSource("defects")
    void aDefectIsFoundByItsLaw(String name, String law, Supplier<BrokenStore> store) {
        StorageFixture fixture = (catalog, clock) -> KvStorage.open(store.get(), catalog, clock);
        List<String> broken = Conformance.of(fixture, LISTS).run().stream()
                .filter(verdict -> !verdict.passed())
                .map(verdict -> verdict.law().substring(0, verdict.law().indexOf(' ')))
                .toList();
        assertThat(broken).as("laws that %s breaks", name).contains(law);
    }

    @Test
    void aStoreWithoutDefectBreaksNoLaw() {
        StorageFixture fixture = (catalog, clock) -> KvStorage.open(new BrokenStore(), catalog, clock);
        assertThat(Conformance.of(fixture, LISTS).run()).allMatch(Conformance.Verdict::passed);
    }

    @Test
    void aCounterExampleIsShortAndNamesItsSeed() {
        StorageFixture fixture = (catalog, clock) -> KvStorage.open(new BrokenStore.ForgetsDeletions(), catalog, clock);
        Throwable failure = Conformance.of(fixture, LISTS).run().stream()
                .filter(verdict -> verdict.law().startsWith("A01-objects"))
                .findFirst()
                .orElseThrow()
                .failure();
        assertThat(failure).hasMessageContaining("-Dstoreway.seed=");
        assertThat(String.valueOf(failure == null ? "" : failure.getMessage())
                        .lines()
                        .count())
                .as("lines of the counter-example")
                .isLessThanOrEqualTo(6);
    }
}
