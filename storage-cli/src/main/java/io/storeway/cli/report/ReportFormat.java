package io.storeway.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The formats of a report, told by the ending of the file's name. */
public enum ReportFormat {
    /** A self-contained page. */
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
     * The format for a file's name.
     *
     * @throws IllegalArgumentException if the name has another ending
     */
    public static ReportFormat of(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(format -> name.endsWith(format.ending))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(file
                        + " has no known format; its name must end with one of "
                        + Arrays.stream(values()).map(format -> format.ending).collect(Collectors.joining(", "))));
    }

    /** Writes a report atomically. */
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
