package io.storeway.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The forms of a report; the end of a file's name says which. */
public enum ReportFormat {
    /** A page that needs nothing else. */
    HTML(".html"),
    /** One JSON document. */
    JSON(".json"),
    /** A text for an issue or a wiki. */
    MARKDOWN(".md"),
    /** JUnit's XML, which build servers show as tests. */
    JUNIT(".xml");

    private final String ending;

    ReportFormat(String ending) {
        this.ending = ending;
    }

    /**
     * The form that a file's name asks for.
     *
     * @throws IllegalArgumentException if it asks for none
     */
    public static ReportFormat of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> name.endsWith(format.ending))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(file + " names no form of report; its name ends with "
                        + Arrays.stream(values()).map(format -> format.ending).collect(Collectors.joining(", "))));
    }

    /** Writes a report; a reader never sees a part of it. */
    public void write(RunReport report, Path file) throws IOException {
        String text = switch (this) {
            case HTML -> HtmlReport.of(report);
            case JSON -> JsonReport.of(report);
            case MARKDOWN -> MarkdownReport.of(report);
            case JUNIT -> JUnitReport.of(report);
        };
        ReportFile.write(file, out -> out.write(text));
    }
}
