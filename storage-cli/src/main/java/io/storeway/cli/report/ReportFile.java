package io.storeway.cli.report;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes files atomically: a reader sees the old content or all of the new one. */
public final class ReportFile {

    private ReportFile() {}

    /** The content of a file. */
    @FunctionalInterface
    public interface Content {
        /** Writes all of it. */
        void to(Writer out) throws IOException;
    }

    /**
     * Makes sure, before any work is done, that the file can be written.
     *
     * @throws IOException if its folder is missing or not writable
     */
    public static void checkWritable(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(String.valueOf(folder));
        }
        if (!Files.isWritable(folder) || Files.isDirectory(file)) {
            throw new IOException(file + " can't be written; name a file in a folder that you may write to");
        }
    }

    /** Writes the file, or leaves it as it was if that fails. */
    public static void write(Path file, Content content) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path part = Files.createTempFile(folder, ".storeway", ".part");
        try {
            try (Writer out = Files.newBufferedWriter(part)) {
                content.to(out);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
