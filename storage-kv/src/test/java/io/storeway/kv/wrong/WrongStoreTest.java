package io.storeway.kv.wrong;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.laws.KeyValueConformance;
import io.storeway.testkit.laws.Law;
import io.storeway.testkit.laws.Verdict;
import io.storeway.testkit.laws.Verdict.Status;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The laws of key-value stores find every defect, by the law that is meant for it. */
class WrongStoreTest {

    private static final int LISTS = 40;
    private static final int HANDFUL = 6;

    static Stream<Arguments> defects() {
        return Stream.of(
                defect("K08-map", WrongCommits.DropsTheLastOfABatch::new),
                defect("K08-map", WrongEntries.ReadsStaleOnce::new),
                defect("K08-map", WrongEntries.ResurrectsDeletions::new),
                defect("K08-map", WrongEntries.AnswersForTheFirstKeyOnly::new),
                defect("K08-map", WrongEntries.KeepsOldMetadata::new),
                defect("K08-map", WrongCommits.ChecksTheFirstExpectationOnly::new),
                defect("K08-map", WrongCommits.CountsAnewAfterDeletions::new),
                defect("K08-map", WrongKeys.TakesAPrefixForALikePattern::new),
                defect("K08-map", WrongKeys.SkipsAnEntryBehindTheCursor::new),
                defect("K17-keys", WrongKeys.LowerCases::new),
                defect("K17-keys", WrongKeys.Trims::new),
                defect("K17-keys", WrongKeys.CutsAtNul::new),
                defect("K17-absent", WrongKeys.ReadsHalfCharacters::new),
                defect("K17-absent", WrongKeys.RefusesToReadNoKey::new),
                defect("K17-length", WrongKeys.RefusesTheLongestKey::new),
                defect("K17-length", WrongKeys.TakesLongerKeys::new),
                defect("K18-values", WrongEntries.TruncatesValues::new),
                defect("K18-metadata", WrongEntries.LosesMetadata::new),
                defect("K18-metadata", WrongEntries.TruncatesMetadata::new),
                defect("K18-expiry", WrongEntries.IgnoresExpiry::new),
                defect("K18-expiry", WrongEntries.RoundsExpiryToSeconds::new),
                defect("K18-parts", WrongEntries.KeepsOldMetadata::new),
                defect("K18-copies", WrongCommits.KeepsTheCallersArray::new),
                defect("K19-purge", WrongEntries.HidesWhatHasExpired::new),
                defect("K19-purge", WrongEntries.PurgesAMomentLate::new),
                defect("K19-purge", WrongEntries.PurgesEverything::new),
                defect("K20-prefix", WrongKeys.TakesAPrefixForALikePattern::new),
                defect("K20-prefix", WrongMany.EndsAPrefixAtTheNextCharacter::new),
                defect("K20-prefix", WrongMany.EndsAPrefixAtAHighCharacter::new),
                defect("K20-order", WrongKeys.OrdersByUtf16::new),
                defect("K20-pages", WrongKeys.GivesOneMoreThanTheLimit::new),
                defect("K20-pages", WrongKeys.EndsAtAFullPage::new),
                defect("K20-pages", WrongKeys.SkipsAnEntryBehindTheCursor::new),
                defect("K20-pages", WrongKeys.RepeatsTheCursor::new),
                defect("K20-pages", WrongKeys.BeginsAtTheCursor::new),
                defect("K20-pages", WrongEntries.ListsWithoutValues::new),
                defect("K20-changes", WrongKeys.CountsItsCursor::new),
                defect("K11-atomic", WrongCommits.CommitsPieceByPiece::new),
                defect("K11-atomic", WrongCommits.LetsOthersExceptionsThrough::new),
                defect("K11-torn", WrongCommits.ShowsHalfOfACommit::new),
                defect("K21-expectation", WrongCommits.ChecksNoVersion::new),
                defect("K21-expectation", WrongCommits.ChecksNoAbsence::new),
                defect("K21-expectation", WrongCommits.SwallowsConflicts::new),
                defect("K21-expectation", WrongMany.KeepsOneExpectationOfAKey::new),
                defect("K21-version", WrongMany.ReadsSeveralWithoutVersions::new),
                defect("K21-version", WrongMany.ListsTheLatestVersionForAll::new),
                defect("K21-version", WrongCommits.CountsAnewAfterDeletions::new),
                defect("K21-version", WrongCommits.CountsOnWhenRead::new),
                defect("K21-counter", WrongCommits.ChecksBeforeItLocks::new),
                defect("K21-skew", WrongCommits.ForgetsExpectationsOfOtherKeys::new),
                defect("K21-register", WrongEntries.ReadsStaleOnce::new),
                defect("K19-renewed", WrongMany.PurgesWhatItHasSeen::new),
                defect("K28-many", WrongMany.CommitsInPieces::new),
                defect("K28-many", WrongMany.ReadsAPieceOnly::new),
                defect("K28-many", WrongMany.ListsAPieceOnly::new),
                defect("K28-many", WrongMany.PurgesAPieceOnly::new),
                defect("K08-each", WrongMany.KeepsTheFirstWriteOfAKey::new),
                defect("K08-each", WrongMany.PutsEachAndDeletesNothing::new),
                defect("K05-closed", WrongCommits.WritesEachWhenClosed::new),
                defect("K05-closed", WrongCommits.AnswersWhenClosed::new),
                defect("K05-empty", WrongCommits.PurgesThoughReadOnly::new));
    }

    private static Arguments defect(String law, Supplier<WrongStore> store) {
        return Arguments.of(store.get().getClass().getSimpleName(), law, store);
    }

    private static Verdict verdict(KeyValueFixture fixture, String id) {
        Law law = KeyValueConformance.laws().stream()
                .filter(each -> each.id().equals(id))
                .findFirst()
                .orElseThrow();
        return KeyValueConformance.of(fixture, LISTS).run(law);
    }

    @ParameterizedTest(name = "{0} is found by {1}")
    @MethodSource("defects")
    void aDefectIsFoundByItsLaw(String name, String law, Supplier<WrongStore> store) {
        Verdict verdict = verdict(store::get, law);
        assertThat(verdict.status())
                .as("%s under %s: %s", name, law, verdict.reason())
                .isEqualTo(Status.FAILED);
        assertThat(verdict.reason()).isNotBlank();
        if (law.equals("K08-map")) {
            assertThat(verdict.reason()).contains("corpus line: stores ");
            assertThat(verdict.reason().lines().skip(1).filter(line -> line.matches("[A-Z_]+ .*")))
                    .as("commands of %s", verdict.reason())
                    .hasSizeLessThanOrEqualTo(HANDFUL);
        }
    }

    /** Stores on one disk, which is opened anew by what is given. */
    private static void isFoundWhenItIsOpenedAgain(UnaryOperator<KeyValueStore> opener) {
        isFound(opener, "[when it is opened again]");
    }

    private static void isFound(UnaryOperator<KeyValueStore> opener, String reason) {
        KeyValueFixture fixture = new KeyValueFixture() {
            private KeyValueStore disk = new MemoryStore();

            @Override
            public KeyValueStore open() {
                disk = new MemoryStore();
                return reopen();
            }

            @Override
            public KeyValueStore reopen() {
                return opener.apply(disk);
            }
        };
        Verdict verdict = verdict(fixture, "K22-durable");
        assertThat(verdict.status()).isEqualTo(Status.FAILED);
        assertThat(verdict.reason()).contains(reason);
    }

    @Test
    void aStoreThatAcknowledgesBeforeItWritesIsFoundWhenItIsOpenedAgain() {
        isFoundWhenItIsOpenedAgain(WrongCommits.AcknowledgesBeforeWriting::new);
    }

    @Test
    void aStoreThatIsAtAnotherPlaceWhenItIsOpenedAgainIsFound() {
        isFound(WrongCommits.NamesANewPlace::new, "the name of the place");
    }

    @Test
    void aStoreThatDoesNotKeepItsVersionsIsFound() {
        isFound(WrongCommits.CountsAnewWhenOpened::new, "the version of a key");
    }

    @Test
    void aStoreThatLosesAnEntryOfManyIsFoundBecauseItIsOpenedOften() {
        isFoundWhenItIsOpenedAgain(disk -> {
            List<KeyValueStore.Entry> entries =
                    disk.list("", null, Integer.MAX_VALUE).entries();
            if (entries.size() > 5) {
                disk.commit(List.of(), List.of(Write.delete(entries.get(0).key())));
            }
            return new WrongCommits.StaysOnDisk(disk);
        });
    }

    @Test
    void anEntryThatIsNeitherTakenNorRefusedIsNamed() {
        Verdict verdict = verdict(WrongEntries.OverflowsOnFarExpiry::new, "K18-expiry");
        assertThat(verdict.status()).isEqualTo(Status.FAILED);
        assertThat(verdict.reason())
                .contains("'e5'=", " until " + Instant.MAX, "neither taken nor refused", "ArithmeticException");
    }

    @Test
    void aStoreThatCantBeOpenedAgainIsNotDurable() {
        Verdict verdict = verdict(() -> new WrongCommits.AcknowledgesBeforeWriting(new MemoryStore()), "K22-durable");
        assertThat(verdict.status()).isEqualTo(Status.FAILED);
        assertThat(Objects.toString(verdict.failure())).contains("KeyValueFixture.at");
    }

    @Test
    void aStoreWithoutDefectBreaksNoLaw() {
        List<Verdict> verdicts = KeyValueConformance.of(WrongStore::new, LISTS).run();
        assertThat(verdicts).allMatch(Verdict::passed);
        assertThat(verdicts)
                .filteredOn(verdict -> verdict.status() == Status.DECLINED)
                .extracting(verdict -> verdict.law().id())
                .containsExactly("K22-durable");
    }
}
