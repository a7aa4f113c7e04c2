package io.storeway.kv.wrong;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.kv.KvStorage;
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

/** The laws of storages find every defect of the store below, by the law that is meant for it. */
class WrongBlobsTest {

    private static final int LISTS = 40;

    static Stream<Arguments> defects() {
        return Stream.of(
                defect("L17-keys", WrongKeys.LowerCases::new),
                defect("L17-keys", WrongKeys.Trims::new),
                defect("L08-objects", WrongBlobs.OneKeyForAll::new),
                defect("L08-objects", WrongCommits.DropsTheLastOfABatch::new),
                defect("L08-objects", WrongBlobs.ForgetsDeletions::new),
                defect("L08-arrays", WrongBlobs.AcknowledgesWithoutWriting::new),
                defect("L18-exact", WrongEntries.TruncatesValues::new),
                defect("L21-counter", WrongBlobs.ChecksNoExpectation::new),
                defect("L21-partition", WrongBlobs.CountsVersionsByContent::new),
                defect("L06-append", WrongBlobs.PutsTheLastFirst::new),
                defect("L06-content-id", WrongBlobs.PutsTheLastFirst::new),
                defect("L23-once", WrongBlobs.ForgetsOperations::new),
                defect("L23-race", WrongBlobs.ChecksNoExpectation::new),
                defect("L08-linked", WrongEntries.AnswersForTheFirstKeyOnly::new),
                defect("L19-purge", WrongBlobs.ForgetsDeletions::new),
                defect("L20-back", WrongBlobs.ListsAPageAtMost::new),
                defect("L08-groups", WrongBlobs.ListsAPageAtMost::new),
                defect("L20-scan", WrongKeys.SkipsAnEntryBehindTheCursor::new),
                defect("L20-scan", WrongBlobs.ListsAPageAtMost::new),
                defect("L20-scan", WrongKeys.BeginsAtTheCursor::new),
                defect("L25-version", WrongBlobs.LosesTheVersion::new),
                defect("L08-set", WrongBlobs.ReadsNothingNowAndThen::new));
    }

    private static Arguments defect(String law, Supplier<WrongStore> store) {
        return Arguments.of(store.get().getClass().getSimpleName(), law, store);
    }

    private static Verdict verdict(Supplier<WrongStore> store, String id) {
        StorageFixture fixture = (catalog, clock) -> KvStorage.open(store.get(), catalog, clock);
        Law law = Conformance.laws().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
        return Conformance.of(fixture, LISTS).run(law);
    }

    @ParameterizedTest(name = "{0} is found by {1}")
    @MethodSource("defects")
    void aDefectIsFoundByItsLaw(String name, String law, Supplier<WrongStore> store) {
        assertThat(verdict(store, law).status()).as("%s under %s", name, law).isEqualTo(Status.FAILED);
    }

    @Test
    void aStoreWithoutDefectBreaksNoLaw() {
        StorageFixture fixture = (catalog, clock) -> KvStorage.open(new WrongStore(), catalog, clock);
        assertThat(Conformance.of(fixture, LISTS).run()).allMatch(Verdict::passed);
    }

    @Test
    void aCounterExampleIsShortAndIsALineForTheCorpus() {
        Throwable failure =
                verdict(WrongBlobs.ForgetsDeletions::new, "L08-objects").failure();
        assertThat(failure).hasMessageContaining("corpus line: singles ");
        assertThat(String.valueOf(failure == null ? "" : failure.getMessage())
                        .lines()
                        .count())
                .as("lines of the counter-example")
                .isLessThanOrEqualTo(7);
    }
}
