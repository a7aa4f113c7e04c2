package io.storeway.kv.wrong;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.call.Interposed;
import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.laws.Differential;
import io.storeway.testkit.laws.Verdict;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DifferentialTest {

    private static final StorageFixture MEMORY = StorageFixture.at(n -> "memory:");

    @TempDir
    Path folder;

    @Test
    void equalStoragesAnswerAlike() {
        StorageFixture files = StorageFixture.at(n -> "mvstore:" + folder.resolve(n + ".mv"));
        assertThat(Differential.between(MEMORY, files).run(7, 20)).isGreaterThan(500);
    }

    @Test
    void aDifferenceIsShownByAHandfulOfCommandsAndItsSeedRepeatsIt() {
        WrongStorage wrong = WrongWrites.all().stream()
                .filter(each -> each.name().equals("forgets deletions"))
                .findFirst()
                .orElseThrow();
        StorageFixture forgetful = (catalog, clock) -> wrong.defect().apply(MEMORY.open(catalog, clock));
        assertThatThrownBy(() -> Differential.between(MEMORY, forgetful).run(7, 100))
                .isInstanceOf(AssertionError.class)
                .satisfies(error -> assertThat(
                                String.valueOf(error.getMessage()).lines().count())
                        .isLessThanOrEqualTo(6))
                .satisfies(error -> {
                    String message = String.valueOf(error.getMessage());
                    long seed = Long.parseLong(message.replaceAll("(?s).*run\\((\\d+)L, 1\\).*", "$1"));
                    assertThatThrownBy(() ->
                                    Differential.between(MEMORY, forgetful).run(seed, 1))
                            .hasMessage(message);
                });
    }

    /** A storage whose reads by key end in an exception that is no storage's. */
    private static final StorageFixture BUGGY =
            (catalog, clock) -> Interposed.storage(MEMORY.open(catalog, clock), call -> {
                if (call.verb().equals("find")) {
                    throw new IllegalStateException("a bug");
                }
                return call.proceed();
            });

    @Test
    void anExceptionThatIsNoStoragesIsADifferenceToo() {
        assertThatThrownBy(() -> Differential.between(MEMORY, BUGGY).run(7, 100))
                .isInstanceOf(AssertionError.class)
                .hasMessageContainingAll(
                        "memory threw java.lang.IllegalStateException: a bug", "after 1 commands", "L, 1) repeats it")
                .hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void anExceptionThatIsNoStoragesIsShownByTheLawOfMaps() {
        Conformance conformance = Conformance.of(BUGGY, 20);
        Verdict verdict = Conformance.laws().stream()
                .filter(law -> law.id().equals("L08-objects"))
                .map(conformance::run)
                .findFirst()
                .orElseThrow();
        assertThat(verdict.reason())
                .contains(
                        "threw java.lang.IllegalStateException: a bug",
                        "after 1 commands",
                        "corpus line: singles FIND_ALL(");
        assertThat(verdict.failure()).hasRootCauseInstanceOf(IllegalStateException.class);
    }
}
