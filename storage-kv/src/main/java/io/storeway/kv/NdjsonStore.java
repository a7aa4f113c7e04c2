package io.storeway.kv;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.internal.Sha256;
import io.storeway.kv.internal.Keys;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A dump as a read-only store; see {@link NdjsonDump} for the format. Thread-safe. Every entry has version 1.
 *
 * <p>Opening reads the whole file into memory, so the heap should be several times as large as the dump. Larger dumps can be imported
 * into an {@link MvStore} by {@link NdjsonDump}, which streams.
 */
public final class NdjsonStore implements KeyValueStore {

    static final String NAME = "ndjson";

    private static final int BATCH = 1_000;

    private final MemoryStore entries;
    private final String sha256;

    private NdjsonStore(MemoryStore entries, String sha256) {
        this.entries = entries;
        this.sha256 = sha256;
    }

    /**
     * Reads a dump.
     *
     * @throws io.storeway.error.StorageUnavailableException if the file is missing or can't be read
     * @throws InvalidValueException if a line is not in the format, with file and line; or if there is a file {@code FILE.sha256}
     *     beside it, as a backup writes one, with another SHA-256
     */
    public static NdjsonStore open(Path file) {
        MemoryStore entries = new MemoryStore(NAME);
        try (NdjsonDump dump = NdjsonDump.open(file)) {
            List<Write> batch = new ArrayList<>(BATCH);
            while (dump.hasNext()) {
                batch.add(dump.next().write());
                if (batch.size() == BATCH || !dump.hasNext()) {
                    entries.commit(List.of(), batch);
                    batch.clear();
                }
            }
        }
        String sha256 = sha256(file);
        requireChecksum(file, sha256);
        return new NdjsonStore(entries, sha256);
    }

    /** A dump that was cut off between two lines reads like a whole one, so the checksum that a backup leaves beside it counts. */
    private static void requireChecksum(Path file, String sha256) {
        Path checksum = file.resolveSibling(file.getFileName() + ".sha256");
        try {
            if (Files.exists(checksum)
                    && !Files.readString(checksum, StandardCharsets.ISO_8859_1)
                            .toLowerCase(Locale.ROOT)
                            .startsWith(sha256)) {
                throw new InvalidValueException(
                        file.toString(),
                        "its SHA-256 is not the one in " + checksum + "; it was changed or cut off: get it again, or"
                                + " delete that file if you have changed it yourself",
                        new ErrorContext("read", NAME, null, null),
                        null);
            }
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    checksum + " can't be read; it should hold one line as sha256sum writes it",
                    new ErrorContext("read", NAME, null, null),
                    e);
        }
    }

    private static String sha256(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = Sha256.digest();
            in.transferTo(new DigestOutputStream(OutputStream.nullOutputStream(), digest));
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new StorageUnavailableException(
                    file + " can't be read any more", new ErrorContext("read", NAME, null, null), e);
        }
    }

    /** A hash of the content, the same wherever the file lies. */
    @Override
    public String identity() {
        return sha256;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public int maxKeyBytes() {
        return Keys.MAX_BYTES;
    }

    /** True: the file doesn't depend on the process. */
    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public @Nullable Entry get(String key) {
        return entries.get(key);
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        return entries.getAll(keys);
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        return entries.list(prefix, cursor, limit);
    }

    /** Always refused. */
    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        throw refused("commit");
    }

    /** Always refused. */
    @Override
    public long purge(Instant now) {
        throw refused("purge");
    }

    private static UnsupportedCapabilityException refused(String operation) {
        return new UnsupportedCapabilityException(
                "A dump is read-only; import it into another store to change it",
                new ErrorContext(operation, NAME, null, null),
                null);
    }

    @Override
    public void close() {
        entries.close();
    }
}
