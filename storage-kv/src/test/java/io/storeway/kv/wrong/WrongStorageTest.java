package io.storeway.kv.wrong;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.kv.Constraints;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.laws.Law;
import io.storeway.testkit.laws.Verdict;
import io.storeway.testkit.laws.Verdict.Status;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every defect is found by the law that is meant for it, by a counter-example of a few commands. */
class WrongStorageTest {

    private static final int LISTS = 40;
    private static final int HANDFUL = 5;

    static List<WrongStorage> wrongStorages() {
        return Stream.of(
                        WrongValues.all(),
                        WrongWrites.all(),
                        WrongQueries.all(),
                        WrongUnits.all(),
                        WrongPieces.all(),
                        WrongConstraints.all())
                .flatMap(List::stream)
                .toList();
    }

    private static StorageFixture fixture(WrongStorage wrong) {
        boolean enforced =
                WrongConstraints.all().stream().anyMatch(each -> each.name().equals(wrong.name()));
        Constraints constraints = enforced ? Constraints.ENFORCED : Constraints.DECLINED;
        return (catalog, clock) -> wrong.defect().apply(KvStorage.open(new MemoryStore(), catalog, clock, constraints));
    }

    private static Law law(String id) {
        return Conformance.laws().stream()
                .filter(law -> law.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("wrongStorages")
    void theLawThatIsMeantFindsIt(WrongStorage wrong) {
        Verdict verdict = Conformance.of(fixture(wrong), LISTS).run(law(wrong.law()));
        assertThat(verdict.status()).isEqualTo(Status.FAILED);
        if (verdict.reason().contains("corpus line: ")) {
            String commands = verdict.reason().substring(verdict.reason().indexOf("corpus line: "));
            assertThat(commands.chars().filter(each -> each == '(').count())
                    .as("commands of " + commands)
                    .isLessThanOrEqualTo(HANDFUL);
        }
    }

    @Test
    void thereAreThirtyOfThemAtLeast() {
        assertThat(wrongStorages())
                .extracting(WrongStorage::name)
                .doesNotHaveDuplicates()
                .hasSizeGreaterThan(90);
    }

    @Test
    void aFailureRepeatsEveryTimeAndNamesItsSeed() {
        WrongStorage stale = wrongStorages().stream()
                .filter(wrong -> wrong.name().equals("answers stale now and then"))
                .findFirst()
                .orElseThrow();
        String first =
                Conformance.of(fixture(stale), LISTS).run(law(stale.law())).reason();
        assertThat(first).contains("-Dstoreway.seed=");
        for (int again = 0; again < 20; again++) {
            assertThat(Conformance.of(fixture(stale), LISTS)
                            .run(law(stale.law()))
                            .reason())
                    .isEqualTo(first);
        }
    }

    @Test
    void theRightStorageBreaksNoneOfTheirLaws() {
        WrongStorage right = new WrongStorage("nothing", "none", storage -> storage);
        Conformance conformance = Conformance.of(fixture(right), LISTS);
        assertThat(wrongStorages().stream().map(WrongStorage::law).distinct())
                .allSatisfy(id ->
                        assertThat(conformance.run(law(id)).passed()).as(id).isTrue());
    }
}
