package io.storeway.cli.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.Difference;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.ProgressListener.Phase;
import io.storeway.migrate.ResidueCount;
import io.storeway.migrate.ResidueItem;
import io.storeway.migrate.RunStatus;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageChange;
import io.storeway.spi.Fingerprint;
import io.storeway.spi.Inventory;
import io.storeway.spi.Residue;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ReportTest {

    private static final Instant AT = Instant.parse("2025-11-21T00:00:00Z");
    private static final String HOSTILE = "</title></script><script>alert(1)</script><img src=x"
            + " onerror=alert(2)>\"'&amp;|`*_[a](javascript:x)\u202e\u0000\u001b[31m]]>\ud83d\ude00";
    private static final String HARMLESS =
            HOSTILE.replace('\u202e', '\ufffd').replace('\u0000', '\ufffd').replace('\u001b', '\ufffd');

    @TempDir
    Path folder;

    private static RunReport report(String text) {
        BackfillReport backfill = new BackfillReport(
                AT,
                Duration.ofMillis(1_234),
                1_000,
                true,
                List.of(new EntityProgress(
                        text,
                        RunStatus.DONE_WITH_RESIDUE,
                        10,
                        1_003,
                        1_000,
                        0,
                        1,
                        0,
                        2,
                        List.of(new ResidueCount(Residue.Kind.UNIQUE, text, 2)))),
                null);
        VerificationReport verification = new VerificationReport(
                AT,
                Duration.ofSeconds(90),
                1,
                List.of(new VerificationReport.Entity(
                        text,
                        10,
                        10,
                        1_003,
                        1_002,
                        2,
                        1,
                        0,
                        0,
                        List.of(new Difference(text, text, text, Difference.Kind.VALUE, List.of(text))))));
        MigrationPlan plan = new MigrationPlan(
                "a",
                "b",
                List.of(new MigrationPlan.Entity(text, 1, 2, List.of(text))),
                List.of(new Inventory.Uncovered(text, 3, text)),
                List.of(text),
                "hash");
        Residue residue = new Residue(
                3, Residue.Kind.UNIQUE, text, text, "SECRET".getBytes(StandardCharsets.UTF_8), Fingerprint.ZERO);
        long[] now = {0};
        Timeline timeline = new Timeline(() -> now[0]);
        for (int i = 1; i <= 2_000; i++) {
            now[0] += i % 50 == 0 ? 40_000_000 : 1_000_000;
            timeline.progress(i < 1_500 ? Phase.BACKFILL : Phase.VERIFY_SOURCE, text, i, i * 10L);
        }
        return new RunReport(
                        text,
                        "jdbc:postgresql://h/d",
                        AT,
                        plan,
                        backfill,
                        verification,
                        Map.of(text, 2L),
                        List.of(new ResidueItem(text, text, residue)),
                        List.of(),
                        List.of())
                .withTimes(
                        timeline,
                        List.of(new StageChange(text, 2, Stage.OFF, Stage.DUAL_WRITE, 1, 0, text, text, text, AT)));
    }

    private String written(ReportFormat format, RunReport report) throws IOException {
        Path file = folder.resolve("report");
        format.write(report, file);
        return Files.readString(file);
    }

    private static Document parse(String xml) throws Exception {
        DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
        factory.setFeature("http://apache.org/xml/features/nonvalidating/load-external-dtd", false);
        return factory.newDocumentBuilder().parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<Element> elements(Document document, String name) {
        NodeList nodes = document.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }

    @Test
    void thePageIsWellFormedAndAsksNobodyForAnything() throws Exception {
        Document page = parse(written(ReportFormat.HTML, report("books")));
        assertThat(elements(page, "*")).allSatisfy(element -> {
            assertThat(element.getTagName())
                    .isIn(
                            "html",
                            "head",
                            "meta",
                            "title",
                            "style",
                            "body",
                            "header",
                            "p",
                            "h1",
                            "h2",
                            "dl",
                            "div",
                            "dt",
                            "dd",
                            "table",
                            "thead",
                            "tbody",
                            "tr",
                            "th",
                            "td",
                            "span",
                            "details",
                            "summary",
                            "ul",
                            "ol",
                            "li",
                            "figure",
                            "figcaption",
                            "svg",
                            "path",
                            "text");
            for (int i = 0; i < element.getAttributes().getLength(); i++) {
                assertThat(element.getAttributes().item(i).getNodeName())
                        .doesNotStartWith("on")
                        .isNotIn("src", "href", "action", "srcset", "background");
            }
        });
        assertThat(elements(page, "style").get(0).getTextContent()).doesNotContain("url(", "@import", "http");
        assertThat(elements(page, "h1").get(0).getTextContent()).isEqualTo("the two sides differ");
        assertThat(elements(page, "h2"))
                .extracting(Element::getTextContent)
                .containsExactly(
                        "Entity types",
                        "Differences",
                        "Residue",
                        "Not promised by this pair of storages",
                        "Not covered by any entity type",
                        "Not carried",
                        "Timeline",
                        "Stages");
        assertThat(elements(page, "td")).extracting(Element::getTextContent).contains("1,003", "1,002", "DUAL_WRITE");
        assertThat(elements(page, "svg")).hasSize(2);
        assertThat(elements(page, "path"))
                .allSatisfy(path -> assertThat(path.getAttribute("d"))
                        .matches("M[0-9. ]+(L[0-9. ]+)+")
                        .hasSizeLessThan(10_000));
    }

    @Test
    void longTextsOfATableMayBreakSoThatNoColumnIsPushedOffThePage() throws Exception {
        Document page = parse(written(ReportFormat.HTML, report("b".repeat(60))));
        assertThat(elements(page, "td"))
                .filteredOn(cell -> cell.getTextContent().length() > 24)
                .isNotEmpty()
                .allSatisfy(cell -> assertThat(cell.getAttribute("class")).isEqualTo("text long"));
        assertThat(elements(page, "style").get(0).getTextContent()).contains("td.long { white-space: normal;");
    }

    @Test
    void whatComesFromTheDataIsTextOnThePage() throws Exception {
        Document page = parse(written(ReportFormat.HTML, report(HOSTILE)));
        assertThat(elements(page, "script")).isEmpty();
        assertThat(elements(page, "img")).isEmpty();
        assertThat(elements(page, "td")).extracting(Element::getTextContent).contains(HARMLESS);
        assertThat(page.getDocumentElement().getTextContent()).doesNotContain("SECRET");
    }

    @Test
    void theMarkdownHasTheSameFiguresAndLetsNoDataBecomeMarkup() throws IOException {
        String text = written(ReportFormat.MARKDOWN, report("books"));
        assertThat(text)
                .contains(
                        "# Storeway: the two sides differ",
                        "| books | 1,003 | 1,000 |",
                        "| books | 1,003 | 1,002 | 2 | 1 |")
                .contains("| books | books | VALUE | books |")
                .doesNotContain("SECRET");
        String hostile = written(ReportFormat.MARKDOWN, report(HOSTILE));
        assertThat(hostile).doesNotContain("<script", "<img", "](", "\u202e", "\u001b");
        assertThat(hostile.lines().filter(line -> line.startsWith("| ")))
                .allSatisfy(line -> assertThat(line.replace("\\|", "")
                                .chars()
                                .filter(c -> c == '|')
                                .count())
                        .isIn(2L, 4L, 5L, 6L, 7L, 9L));
    }

    @Test
    void everyEntityTypeIsATestInJUnitsXml() throws Exception {
        Document suite = parse(written(ReportFormat.JUNIT, report(HOSTILE)));
        Element root = suite.getDocumentElement();
        assertThat(root.getAttribute("tests")).isEqualTo("2");
        assertThat(root.getAttribute("failures")).isEqualTo("2");
        assertThat(elements(suite, "testcase"))
                .extracting(test -> test.getAttribute("name"))
                .containsExactly("copied", "equal");
        assertThat(elements(suite, "failure"))
                .extracting(failure -> failure.getAttribute("message"))
                .containsExactly("residue that nobody has accepted: 2 items", "1 difference");
        assertThat(root.getTextContent()).contains(HARMLESS).doesNotContain("SECRET");
    }

    @Test
    void acceptedResidueIsNoFailure() throws Exception {
        RunReport all = report("books");
        RunReport accepted = new RunReport(
                all.from(), all.to(), AT, null, all.backfill(), null, Map.of(), List.of(), List.of(), List.of());
        assertThat(accepted.clean()).isTrue();
        Document suite = parse(written(ReportFormat.JUNIT, accepted));
        assertThat(suite.getDocumentElement().getAttribute("failures")).isEqualTo("0");
        assertThat(parse(written(ReportFormat.HTML, accepted))
                        .getDocumentElement()
                        .getTextContent())
                .contains("2 items kept as residue", "Not accepted: 0.");
    }

    @Test
    void theJsonHasTheTimelineAndTheStages() throws IOException {
        JsonNode json = new ObjectMapper().readTree(written(ReportFormat.JSON, report(HOSTILE)));
        assertThat(json.at("/timeline/0/phase").asText()).isEqualTo("backfill");
        assertThat(json.at("/timeline/0/items").asLong()).isEqualTo(14_990);
        assertThat(json.at("/timeline/1/items").asLong()).isEqualTo(20_000);
        assertThat(json.at("/stages/0/to").asText()).isEqualTo("DUAL_WRITE");
        assertThat(json.at("/openResidue").asLong()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void aReportOfNothingIsOneToo(ReportFormat format) throws IOException {
        assertThat(written(format, RunReport.of("memory:", "memory:", AT))).isNotBlank();
    }

    @Test
    void credentialsOfAUriAreLeftOut() {
        RunReport report =
                RunReport.of("jdbc:postgresql://ann:geheim@h/d?password=geheim", "jdbc:h2:file:a;PASSWORD=geheim", AT);
        assertThat(report.from()).isEqualTo("jdbc:postgresql://h/d");
        assertThat(report.to()).isEqualTo("jdbc:h2:file:a");
    }

    @Test
    void aTimelineKeepsItsTotalsInBoundedMemory() {
        long[] now = {0};
        Timeline timeline = new Timeline(() -> now[0]);
        for (int i = 1; i <= 100_000; i++) {
            now[0] += i == 77_777 ? 5_000_000_000L : 1_000_000;
            timeline.progress(Phase.BACKFILL, "a", i, i);
        }
        Timeline.Step step = timeline.steps().get(0);
        assertThat(step.samples()).hasSizeBetween(100, 240);
        assertThat(step.items()).isEqualTo(100_000);
        assertThat(step.to()).isEqualTo(now[0] / 1e9);
        assertThat(step.samples().stream().mapToDouble(Timeline.Sample::slowest).max())
                .hasValue(5_000);
    }

    @Test
    void whatCameBeforeAMarkIsNoPartOfAStep() {
        long[] now = {0};
        Timeline timeline = new Timeline(() -> now[0]);
        now[0] = 9_000_000_000L;
        timeline.mark();
        now[0] = 9_500_000_000L;
        timeline.progress(Phase.BACKFILL, "a", 1, 1);
        Timeline.Step step = timeline.steps().get(0);
        assertThat(step.from()).isZero();
        assertThat(step.to()).isEqualTo(0.5);
        assertThat(step.samples().get(0).slowest()).isEqualTo(500);
        now[0] = 11_500_000_000L;
        timeline.mark();
        now[0] = 11_600_000_000L;
        timeline.progress(Phase.VERIFY_SOURCE, "a", 1, 1);
        assertThat(timeline.steps().get(1).from()).isEqualTo(2.5);
    }

    @Test
    void aReportWithAnUnknownEndingIsRefusedAndTheKnownOnesAreListed() {
        assertThat(ReportFormat.of(Path.of("a/Report.HTML"))).isEqualTo(ReportFormat.HTML);
        assertThatThrownBy(() -> ReportFormat.of(Path.of("report.pdf")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("report.pdf")
                .hasMessageContaining(".html, .json, .md, .xml");
    }

    @Test
    void axesHaveRoundNumbers() {
        assertThat(Plot.nice(0)).isEqualTo(1);
        assertThat(Plot.nice(101)).isEqualTo(200);
        assertThat(Plot.nice(1e-3)).isEqualTo(1e-3);
        assertThat(List.of(Plot.number(0), Plot.number(2_500), Plot.number(1e6)))
                .containsExactly("0", "2.5k", "1M");
        assertThat(List.of(Plot.time(0.25), Plot.time(61), Plot.time(3_600), Plot.time(86_400)))
                .containsExactly("250 ms", "61.0 s", "60 min 00 s", "24 h 00 min");
    }
}
