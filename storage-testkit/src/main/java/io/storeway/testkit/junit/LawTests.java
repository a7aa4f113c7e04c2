package io.storeway.testkit.junit;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.storeway.testkit.laws.Law;
import io.storeway.testkit.laws.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.DynamicNode;

/** Makes a test of each law, and collects the verdicts. */
final class LawTests {

    static final String REPORT = "every law has a verdict, and the report is written";

    private final List<Verdict> verdicts = new ArrayList<>();

    static String configuration(Class<?> test) {
        return test.getSimpleName().replaceAll("(Conformance|KeyValue)?Test$", "");
    }

    DynamicNode test(Law law, Optional<String> declined, Function<Law, Verdict> run) {
        String title =
                law + declined.map(reason -> " (declined: " + reason + ")").orElse("");
        return dynamicTest(title, () -> {
            Verdict verdict = run.apply(law);
            verdicts.add(verdict);
            if (!verdict.passed()) {
                // With the law, because not every build prints display names.
                throw new AssertionError(
                        "%s%n%s: %s".formatted(law, verdict.status(), verdict.reason()), verdict.failure());
            }
        });
    }

    List<Verdict> verdicts() {
        return verdicts;
    }
}
