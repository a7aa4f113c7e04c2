package io.storeway.testkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.laws.Law;
import io.storeway.testkit.laws.Verdict;
import io.storeway.testkit.laws.Verdict.Status;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConformanceReportTest {

    /** Every core law holds, every other one is declined; the first law is what is asked for. */
    private static List<Verdict> verdicts(Status first, String reason) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Law law : Conformance.laws()) {
            boolean core = law.needs().isEmpty();
            verdicts.add(new Verdict(
                    law,
                    core ? Status.PASSED : Status.DECLINED,
                    core ? "" : "REFERENCES: a test",
                    null,
                    core ? 100 : 0));
        }
        verdicts.set(0, new Verdict(verdicts.get(0).law(), first, reason, null, 1));
        return verdicts;
    }

    private static long core() {
        return Conformance.laws().stream().filter(law -> law.needs().isEmpty()).count();
    }

    @Test
    void theSummaryCountsAll() {
        ConformanceReport report = ConformanceReport.of("mine", verdicts(Status.PASSED, ""));
        assertThat(report.summary())
                .startsWith("mine: core %d/%d, optional 1/1 declared, ".formatted(core(), core()))
                .contains(" declined (REFERENCES), cases %,d, ".formatted(core() * 100 + 1))
                .endsWith("UNKNOWN 0");
        assertThat(ConformanceReport.of("mine", verdicts(Status.UNKNOWN, "nothing"))
                        .summary())
                .contains("optional 0/1 declared")
                .endsWith("UNKNOWN 1");
    }

    @Test
    void aMissingOrRepeatedLawIsNoReport() {
        List<Verdict> missing = verdicts(Status.PASSED, "");
        missing.remove(3);
        assertThatThrownBy(() -> ConformanceReport.of("mine", missing))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Each law needs one verdict");
        List<Verdict> repeated = verdicts(Status.PASSED, "");
        repeated.set(3, repeated.get(4));
        assertThatThrownBy(() -> ConformanceReport.of("mine", repeated)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void jsonIsReadAsItIsWritten() throws IOException {
        ConformanceReport report = ConformanceReport.of("mine", verdicts(Status.FAILED, "\"a\" is\nnot <b>"));
        ConformanceReport read = ReportJson.read(ReportJson.write(report));
        assertThat(read.backend()).isEqualTo("mine");
        assertThat(read.results()).isEqualTo(report.results());
    }

    @Test
    void thePageShowsEveryLawAndBackendAndNoMarkupOfTheirs() {
        ConformanceReport broken = ConformanceReport.of("<mine>", verdicts(Status.FAILED, "answered <b>2</b>"));
        ConformanceReport good = ConformanceReport.of("good", verdicts(Status.PASSED, ""));
        String page = ReportPage.of(List.of(broken, good));
        assertThat(page)
                .contains("&lt;mine&gt;", "answered &lt;b&gt;2&lt;/b&gt;", "<li class=\"failed\"><b>&lt;mine&gt;</b>")
                .contains("<li class=\"passed\"><b>good</b>")
                .doesNotContain("@rows@", "@columns@", "@notes@", "@summaries@", "<b>2</b>");
        assertThat(Conformance.laws()).allSatisfy(law -> assertThat(page).contains(law.id()));
    }
}
