package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.laws.Law;
import io.storeway.testkit.laws.Verdict;
import io.storeway.testkit.laws.Verdict.Status;
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
                defect("L08-objects", BrokenStore.OneKeyForAll::new),
                defect("L08-objects", BrokenStore.DropsTheLastOfABatch::new),
                defect("L08-objects", BrokenStore.ForgetsDeletions::new),
                defect("L08-arrays", BrokenStore.AcknowledgesWithoutWriting::new),
                defect("L18-exact", BrokenStore.TruncatesValues::new),
                defect("L21-counter", BrokenStore.ChecksNoExpectation::new),
                defect("L21-partition", BrokenStore.CountsVersionsByContent::new),
                defect("L06-append", BrokenStore.PutsTheLastFirst::new),
                defect("L06-content-id", BrokenStore.PutsTheLastFirst::new),
                defect("L19-purge", BrokenStore.ForgetsDeletions::new),
                defect("L20-back", BrokenStore.ListsAPageAtMost::new),
                defect("L08-groups", BrokenStore.ListsAPageAtMost::new),
                defect("L20-scan", BrokenStore.SkipsTheFirstOfAPage::new),
                defect("L20-scan", BrokenStore.ListsAPageAtMost::new),
                defect("L25-version", BrokenStore.LosesTheVersion::new),
                defect("L08-set", BrokenStore.ReadsNothingNowAndThen::new));
    }

    private static Arguments defect(String law, Supplier<BrokenStore> store) {
        return Arguments.of(store.get().getClass().getSimpleName(), law, store);
    }

    private static Verdict verdict(Supplier<BrokenStore> store, String id) {
        StorageFixture fixture = (catalog, clock) -> KvStorage.open(store.get(), catalog, clock);
        Law law = Conformance.laws().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
        return Conformance.of(fixture, LISTS).run(law);
    }

    @ParameterizedTest(name = "{0} is found by {1}")
    @MethodSource("defects")
    void aDefectIsFoundByItsLaw(String name, String law, Supplier<BrokenStore> store) {
        assertThat(verdict(store, law).status()).as("%s under %s", name, law).isEqualTo(Status.FAILED);
    }

    @Test
    void aStoreWithoutDefectBreaksNoLaw() {
        StorageFixture fixture = (catalog, clock) -> KvStorage.open(new BrokenStore(), catalog, clock);
        assertThat(Conformance.of(fixture, LISTS).run()).allMatch(Verdict::passed);
    }

    @Test
    void aCounterExampleIsShortAndIsALineForTheCorpus() {
        Throwable failure =
                verdict(BrokenStore.ForgetsDeletions::new, "L08-objects").failure();
        assertThat(failure).hasMessageContaining("corpus line: singles ");
        assertThat(String.valueOf(failure == null ? "" : failure.getMessage())
                        .lines()
                        .count())
                .as("lines of the counter-example")
                .isLessThanOrEqualTo(7);
    }
}
