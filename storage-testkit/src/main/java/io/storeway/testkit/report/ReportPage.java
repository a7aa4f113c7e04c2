package io.storeway.testkit.report;

import io.storeway.testkit.laws.Verdict.Status;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The matrix of laws and storages as a self-contained HTML page. */
final class ReportPage {

    private ReportPage() {}

    static String of(List<ConformanceReport> reports) {
        return template()
                .replace(
                        "@summaries@", reports.stream().map(ReportPage::summary).collect(Collectors.joining("\n")))
                .replace(
                        "@matrices@",
                        Stream.of(Suite.values())
                                .map(suite -> matrix(
                                        suite.title(),
                                        reports.stream()
                                                .filter(report -> report.suite() == suite)
                                                .toList()))
                                .collect(Collectors.joining("\n")))
                .replace("@notes@", reports.stream().map(ReportPage::notes).collect(Collectors.joining("\n")));
    }

    private static String matrix(String title, List<ConformanceReport> reports) {
        if (reports.isEmpty()) {
            return "";
        }
        String columns = reports.stream()
                .map(report -> "<th scope=\"col\"><span>" + escape(report.backend()) + "</span></th>")
                .collect(Collectors.joining());
        return """
                <h2>%s</h2>
                <div class="matrix" tabindex="0">
                <table>
                <thead><tr><th scope="col">law</th>%s</tr></thead>
                <tbody>
                %s
                </tbody>
                </table>
                </div>""".formatted(title, columns, rows(reports));
    }

    private static String summary(ConformanceReport report) {
        boolean clean = report.matching(ReportPage::bad).isEmpty();
        String[] parts = report.summary().split(": ", 2);
        return "<li class=\"%s\"><b>%s</b> %s</li>"
                .formatted(clean ? "passed" : "failed", escape(parts[0]), escape(parts[1]));
    }

    private static boolean bad(LawResult result) {
        return result.status() == Status.FAILED || result.status() == Status.UNKNOWN;
    }

    private static String rows(List<ConformanceReport> reports) {
        Map<String, LawResult> laws = new TreeMap<>();
        reports.stream()
                .flatMap(report -> report.results().stream())
                .forEach(result -> laws.putIfAbsent(result.id(), result));
        return laws.values().stream()
                .map(law -> "<tr><th scope=\"row\"><code>%s</code> %s</th>%s</tr>"
                        .formatted(
                                escape(law.id()),
                                escape(law.title()),
                                reports.stream()
                                        .map(report -> cell(report, law.id()))
                                        .collect(Collectors.joining())))
                .collect(Collectors.joining("\n"));
    }

    private static String cell(ConformanceReport report, String law) {
        return report.results().stream()
                .filter(result -> result.id().equals(law))
                .map(result -> "<td class=\"%s\" title=\"%s\">%s</td>"
                        .formatted(
                                result.status().name().toLowerCase(Locale.ROOT),
                                escape(report.backend() + ": " + result.status() + " " + result.reason()),
                                sign(result)))
                .findFirst()
                .orElse("<td class=\"missing\" title=\"not run\">·</td>");
    }

    private static String sign(LawResult result) {
        return switch (result.status()) {
            case PASSED -> String.format(Locale.ROOT, "✓<small>%,d</small>", result.cases());
            case DECLINED -> "–";
            case FAILED -> "✗";
            case UNKNOWN -> "?";
        };
    }

    private static String notes(ConformanceReport report) {
        List<LawResult> notable = Stream.concat(
                        report.matching(ReportPage::bad).stream(),
                        report.matching(result -> result.status() == Status.DECLINED).stream())
                .toList();
        if (notable.isEmpty()) {
            return "";
        }
        return "<h3>%s</h3><dl>%s</dl>"
                .formatted(
                        escape(report.backend()),
                        notable.stream()
                                .map(result -> "<dt class=\"%2$s\"><code>%1$s</code> %2$s</dt><dd>%3$s</dd>"
                                        .formatted(
                                                escape(result.id()),
                                                result.status().name().toLowerCase(Locale.ROOT),
                                                escape(result.reason().strip())))
                                .collect(Collectors.joining()));
    }

    private static String escape(@Nullable String text) {
        return Objects.requireNonNullElse(text, "")
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static String template() {
        try (InputStream page = Objects.requireNonNull(ReportPage.class.getResourceAsStream("conformance.html"))) {
            return new String(page.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
