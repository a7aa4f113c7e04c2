package io.storeway.sql;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;

/**
 * The file of an H2 database, before H2 opens it. After a kill H2 looks for the last chunk from the file's header on, and may stop some
 * chunks too early where chunks lie in space that is used again, or at the very first; acknowledged transactions are lost then,
 * though they are in the file. Only its recovery mode, for which a database has no setting, looks everywhere.
 */
final class H2File {

    private static final int HEADER_BYTES = 4096;

    /** A header that says that the file was closed in order, and at which version. */
    private static final Pattern VERSION_CLOSED = Pattern.compile(",clean:1,.*,version:([0-9a-f]+),");

    private H2File() {}

    /**
     * Leaves the file as if it had been closed in order; one that was, or is not there, as it is. What can't be read, is in use or
     * is damaged is left for H2 to judge.
     */
    static void recover(Path file) {
        if (!Files.isRegularFile(file)) {
            return;
        }
        try {
            if (!closedInOrder(file)) {
                store(file).recoveryMode().open().close();
            }
        } catch (MVStoreException | IOException leftToH2) {
            return;
        }
    }

    /**
     * The header's word stays there until the first commit after the next opening is in the file, so it holds only if H2 finds the
     * version that the header names.
     */
    private static boolean closedInOrder(Path file) throws IOException {
        String header;
        try (InputStream in = Files.newInputStream(file)) {
            header = new String(in.readNBytes(HEADER_BYTES), StandardCharsets.ISO_8859_1);
        }
        Matcher version = VERSION_CLOSED.matcher(header);
        if (!version.find()) {
            return !header.startsWith("H:");
        }
        MVStore store = store(file).readOnly().open();
        try {
            return store.getCurrentVersion() == Long.parseLong(version.group(1), 16);
        } finally {
            store.closeImmediately();
        }
    }

    private static MVStore.Builder store(Path file) {
        return new MVStore.Builder().fileName(file.toString()).autoCommitDisabled();
    }
}
