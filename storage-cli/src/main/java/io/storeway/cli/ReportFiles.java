package io.storeway.cli;

import io.storeway.cli.report.ReportFile;
import io.storeway.cli.report.ReportFormat;
import io.storeway.cli.report.RunReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The option for reports in files. */
final class ReportFiles {

    @Option(
            names = "--report",
            paramLabel = "FILE",
            description = {
                "Write a report; may be given several times. The name's ending chooses the format:",
                ".html a self-contained page, .json one JSON document, .md Markdown, .xml JUnit's XML."
            })
    private List<Path> files = new ArrayList<>();

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // Set by picocli.
    private CommandSpec spec;

    /** Checks before any work is done that the reports can be written. */
    void check() throws IOException {
        for (Path file : files) {
            try {
                ReportFormat.of(file);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.ParameterException(spec.commandLine(), "--report " + e.getMessage(), e);
            }
            ReportFile.checkWritable(file);
        }
    }

    boolean asked() {
        return !files.isEmpty();
    }

    /**
     * Writes the reports; if one fails, the others are still written.
     *
     * @param exit the exit code of the run itself
     * @throws ReportNotWrittenException if one of them can't be written
     */
    void write(RunReport report, int exit, PrintWriter out) {
        List<String> failed = new ArrayList<>();
        for (Path file : files) {
            try {
                ReportFormat.of(file).write(report, file);
                out.println("report: " + file.toAbsolutePath());
            } catch (IOException e) {
                failed.add(file.toAbsolutePath() + " (" + Messages.of(e) + ")");
            }
        }
        if (!failed.isEmpty()) {
            throw new ReportNotWrittenException(failed, exit);
        }
    }
}
