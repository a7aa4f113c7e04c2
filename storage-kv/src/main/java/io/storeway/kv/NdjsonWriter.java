package io.storeway.kv;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.internal.Sha256;
import io.storeway.spi.KeyValueStore.Entry;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a dump that {@link NdjsonDump} reads: one JSON array if the file's name ends with {@code .json} or {@code .json.gz},
 * lines otherwise; compressed if it ends with {@code .gz}. Not thread-safe.
 *
 * <p>Writes to a temporary file beside the wanted one, by which {@link #finish} replaces that. Without {@link #finish} the wanted file
 * stays as it was. The same entries in the same order always give the same file.
 */
public final class NdjsonWriter implements AutoCloseable {

    private final Path file;
    private final Path unfinished;
    private final OutputStream raw;
    private final OutputStream out;
    private final MessageDigest sha256;
    private final boolean array;
    private boolean empty = true;
    private boolean closed;
    /** Whether the dump is in its place, or was given up. */
    private boolean ended;

    private NdjsonWriter(Path file, Path unfinished, OutputStream raw, OutputStream out, MessageDigest sha256) {
        this.file = file;
        this.raw = raw;
        this.array = file.toString().matches(".*\\.json(\\.gz)?");
        this.unfinished = unfinished;
        this.out = new BufferedOutputStream(new DigestOutputStream(out, sha256));
        this.sha256 = sha256;
    }

    /**
     * Starts a dump.
     *
     * @throws StorageUnavailableException if the file can't be written there
     */
    public static NdjsonWriter create(Path file) {
        Path unfinished = file.resolveSibling(file.getFileName() + ".unfinished");
        try {
            OutputStream raw = Files.newOutputStream(unfinished);
            try {
                OutputStream out = file.toString().endsWith(".gz") ? new GZIPOutputStream(raw) : raw;
                return new NdjsonWriter(file, unfinished, raw, out, Sha256.digest());
            } catch (IOException e) {
                raw.close();
                Files.deleteIfExists(unfinished);
                throw e;
            }
        } catch (IOException e) {
            throw failed(file + " can't be written; check that its directory exists and its permissions", e);
        }
    }

    private static StorageUnavailableException failed(String message, IOException cause) {
        return new StorageUnavailableException(message, new ErrorContext("write", NdjsonStore.NAME, null, null), cause);
    }

    /**
     * Adds an entry. Entries are given in the order of their keys, each key once.
     *
     * @throws io.storeway.error.InvalidValueException if the format can't hold the entry's expiry or metadata: an array
     *     takes whole seconds, lines milliseconds
     */
    public void write(Entry entry) {
        Instant expiresAt = entry.expiresAt();
        if (array && expiresAt != null && !expiresAt.equals(expiresAt.truncatedTo(ChronoUnit.SECONDS))) {
            throw NdjsonLine.refused(
                    "the expiry is finer than the seconds of an array; write lines, as FILE.ndjson.gz", null);
        }
        byte[] text = NdjsonLine.of(entry);
        try {
            if (array) {
                out.write(empty ? '[' : ',');
                out.write('\n');
            }
            empty = false;
            out.write(text);
            if (!array) {
                out.write('\n');
            }
        } catch (IOException e) {
            throw failed(unfinished + " can't be written on", e);
        }
    }

    /**
     * Puts the dump in place.
     *
     * @return the SHA-256 of the uncompressed text, in hex
     */
    public String finish() {
        try {
            if (array) {
                out.write((empty ? "[]\n" : "\n]\n").getBytes(StandardCharsets.US_ASCII));
            }
            closed = true;
            out.close();
            Files.move(unfinished, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            ended = true;
            return HexFormat.of().formatHex(sha256.digest());
        } catch (IOException e) {
            throw failed(file + " can't be put in place", e);
        }
    }

    /** Deletes the temporary file of a dump that was not finished. Closing again does nothing. */
    @Override
    public void close() {
        if (ended) {
            return;
        }
        ended = true;
        try {
            try {
                if (!closed) {
                    closed = true;
                    out.close();
                }
            } finally {
                raw.close(); // A compressing stream that can't write its end leaves it open.
                Files.deleteIfExists(unfinished);
            }
        } catch (IOException e) {
            throw failed(unfinished + " can't be closed", e);
        }
    }
}
