package io.storeway.testkit.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.laws.KeyValueConformance;
import io.storeway.testkit.laws.Law;
import io.storeway.testkit.laws.Verdict;
import io.storeway.testkit.laws.Verdict.Status;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceReportTest {

    /** Every core law holds, every other one is declined; the first law is what is asked for. */
    private static List<Verdict> verdicts(Status first, String reason) {
        List<Verdict> verdicts = new ArrayList<>();
        for (Law law : Conformance.laws()) {
            boolean core = law.core();
            verdicts.add(new Verdict(
                    law,
                    core ? Status.PASSED : Status.DECLINED,
                    core ? "" : "REFERENCES: a test",
                    null,
                    core ? 100 : 0,
                    Map.of("commit FAIL_AFTER", 2L)));
        }
        verdicts.set(0, new Verdict(verdicts.get(0).law(), first, reason, null, 1, Map.of("save DUPLICATE", 3L)));
        return verdicts;
    }

    private static long core() {
        return Conformance.laws().stream().filter(Law::core).count();
    }

    @Test
    void theSummaryCountsAll() {
        ConformanceReport report = ConformanceReport.of("mine", verdicts(Status.PASSED, ""));
        assertThat(report.summary())
                .startsWith("mine: core %d/%d, optional 0/0 declared, ".formatted(core(), core()))
                .contains(String.format(Locale.ROOT, " declined (REFERENCES), cases %,d, faults ", core() * 100 - 99))
                .contains(" at 2 points, UNKNOWN")
                .endsWith("UNKNOWN 0");
        assertThat(ConformanceReport.of("mine", verdicts(Status.UNKNOWN, "nothing"))
                        .summary())
                .contains("core %d/%d".formatted(core() - 1, core()))
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
                .doesNotContain("@matrices@", "@notes@", "@summaries@", "<b>2</b>");
        assertThat(Conformance.laws()).allSatisfy(law -> assertThat(page).contains(law.id()));
    }

    @Test
    void thePageTellsWhatIsBrokenBeforeWhatIsDeclined() {
        List<Verdict> verdicts = verdicts(Status.PASSED, "");
        int last = verdicts.size() - 1;
        verdicts.set(last, new Verdict(verdicts.get(last).law(), Status.FAILED, "\nbroken", null, 1, Map.of()));
        assertThat(ReportPage.of(List.of(ConformanceReport.of("mine", verdicts))))
                .containsSubsequence("<dt class=\"failed\">", "<dd>broken</dd>", "<dt class=\"declined\">");
    }

    @Test
    void storesHaveAMatrixOfTheirOwn() throws IOException {
        List<Verdict> verdicts = KeyValueConformance.laws().stream()
                .map(law -> new Verdict(law, Status.PASSED, "", null, 5, Map.of()))
                .toList();
        ConformanceReport store = ReportJson.read(ReportJson.write(ConformanceReport.ofStore("mine", verdicts)));
        ConformanceReport storage = ConformanceReport.of("other", verdicts(Status.PASSED, ""));
        assertThat(store.suite()).isEqualTo(Suite.STORES);
        assertThat(ReportPage.of(List.of(storage)))
                .contains("Laws and storages")
                .doesNotContain("key-value stores");
        assertThat(ReportPage.of(List.of(storage, store)))
                .contains("Laws and storages", "Laws and key-value stores")
                .containsOnlyOnce("<code>K08-map</code> a store")
                .doesNotContain("not run");
        assertThatThrownBy(() -> ConformanceReport.ofStore("mine", verdicts(Status.PASSED, "")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void figuresLookTheSameInEveryCountry() {
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.GERMANY);
        try {
            ConformanceReport report = ConformanceReport.of("mine", verdicts(Status.PASSED, ""));
            assertThat(report.summary()).contains(String.format(Locale.ROOT, "cases %,d,", core() * 100 - 99));
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void aFileThatIsNoReportIsNamed(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("cut.json"), "{\"suite\":\"STORES\",\"laws\":[{\"id\":");
        assertThatThrownBy(() -> ReportJson.readAll(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll("cut.json", "delete it");
    }
}
