package io.storeway.kv.backup;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.internal.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;

/** The SHA-256 of a file in a file beside it, in the form of {@code sha256sum}. */
record ChecksumFile(Path file) {

    private static final int BUFFER_BYTES = 1 << 16;

    Path path() {
        return file.resolveSibling(file.getFileName() + ".sha256");
    }

    /** Writes it and returns the hash. */
    String write() {
        String hash = hash();
        try {
            Files.writeString(path(), hash + "  " + file.getFileName() + "\n");
        } catch (IOException e) {
            throw unavailable(path() + " can't be written; look at the folder and the disk", e);
        }
        return hash;
    }

    /**
     * Compares the file with its checksum, and returns the hash.
     *
     * @throws InvalidValueException if they differ, or there is no checksum
     */
    String verify() {
        String line;
        try {
            line = Files.exists(path()) ? Files.readString(path(), StandardCharsets.US_ASCII) : "";
        } catch (IOException e) {
            throw unavailable(path() + " can't be read; it should hold one line as sha256sum writes it", e);
        }
        if (line.isEmpty()) {
            throw refused(
                    file, "there is no checksum in " + path() + "; get that file too, or restore without checksum");
        }
        if (!line.matches("[0-9a-fA-F]{64}( .*)?\\s*")) {
            throw refused(path(), "it is no line as sha256sum writes it");
        }
        String hash = hash();
        if (!hash.equalsIgnoreCase(line.substring(0, 64))) {
            throw refused(
                    file, "its SHA-256 is not the one in " + path() + "; it was changed or cut off, get it again");
        }
        return hash;
    }

    String hash() {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = Sha256.digest();
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw unavailable(file + " can't be read; check that it is a file and its permissions", e);
        }
    }

    private static InvalidValueException refused(Path where, String reason) {
        return new InvalidValueException(where.toString(), reason, ErrorContext.of("restore"), null);
    }

    private static StorageUnavailableException unavailable(String message, IOException cause) {
        return new StorageUnavailableException(message, ErrorContext.of("backup"), cause);
    }
}
