package io.storeway.cli;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.cli.report.ReportFile;
import io.storeway.sql.SqlScript;
import io.storeway.sql.SqlScriptDialect;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;

/**
 * A target that is a SQL script: {@code sql-file:FILE?dialect=NAME}. The migration goes to a temporary SQLite file, which
 * enforces every rule of the catalog; the script is written from it at the end.
 */
record ScriptTarget(Path file, SqlScriptDialect dialect) {

    private static final String SCHEME = "sql-file:";
    private static final String DIALECT = "?dialect=";

    static boolean accepts(String uri) {
        return uri.startsWith(SCHEME);
    }

    /**
     * Reads a URI.
     *
     * @throws IllegalArgumentException if it lacks the file or the dialect
     */
    static ScriptTarget of(String uri) {
        int dialect = uri.lastIndexOf(DIALECT);
        if (dialect <= SCHEME.length()) {
            throw new IllegalArgumentException("--to " + uri
                    + " lacks the file or the dialect; write sql-file:FILE.sql?dialect=sqlite, postgresql or d1");
        }
        return new ScriptTarget(
                Path.of(uri.substring(SCHEME.length(), dialect)),
                SqlScriptDialect.of(uri.substring(dialect + DIALECT.length())));
    }

    /** Work on the storage that stands in for the script. */
    @FunctionalInterface
    interface Work {
        /** Returns the exit code. */
        int on(Storage storage) throws Exception;
    }

    /** Does the work and writes the script, unless the work throws or stays incomplete. */
    int with(Catalog catalog, Clock clock, PrintWriter err, Work work) throws Exception {
        ReportFile.checkWritable(file);
        Path folder = Files.createTempDirectory("storeway-script");
        try {
            try (Storage storage = Storages.open("jdbc:sqlite:" + folder.resolve("content.db"), catalog, clock)) {
                int exit = work.on(storage);
                if (exit == ExitCode.INCOMPLETE) {
                    err.println(
                            "no script was written, because the run is incomplete; the next run starts over: " + file);
                } else {
                    SqlScript.write(storage, dialect, file);
                }
                return exit;
            }
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path each : files) {
                Files.delete(each);
            }
        }
        Files.delete(folder);
    }
}
