package io.storeway.kv;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.internal.Keys;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dump of a key-value store, entry after entry. Each line is a JSON object with {@code "key"} and {@code "value"}, and
 * optionally {@code "metadata"} (any JSON), {@code "expiration"} (seconds since 1970, with up to three decimals) and {@code
 * "base64":true} for a value that is not text. Instead of lines there may be one JSON array of such objects, as wrangler's bulk
 * commands take it. The file may be compressed with gzip. Not thread-safe.
 *
 * <p>Any other member, and a key that comes twice, is refused with an {@link InvalidValueException} that names the file and the line,
 * or the number of the entry in an array. An entry has at most 64 MiB.
 *
 * <p>A dump that is sorted by the UTF-8 bytes of its keys is read in the memory of one entry. In an unsorted one all keys are held from
 * the first out of order on, in order to find one that comes twice.
 */
public final class NdjsonDump implements Iterator<NdjsonDump.Line>, AutoCloseable {

    private final Path file;
    private final NdjsonLines lines;
    private @Nullable String lastKey;
    /** The line of each key; null while the keys are in order. */
    private @Nullable Map<String, Long> seen;

    private @Nullable Line next;

    private NdjsonDump(Path file, NdjsonLines lines) {
        this.file = file;
        this.lines = lines;
    }

    /**
     * One entry.
     *
     * @param number its line, or its place in the array, from 1
     * @param write the entry, as a store takes it
     */
    public record Line(long number, Write write) {}

    /**
     * Opens a dump.
     *
     * @throws StorageUnavailableException if the file is missing or can't be read
     */
    public static NdjsonDump open(Path file) {
        try {
            return new NdjsonDump(file, NdjsonLines.open(file));
        } catch (NoSuchFileException e) {
            throw unavailable(file + " does not exist", e);
        } catch (IOException e) {
            throw unavailable(file + " can't be read; check that it is a file and its permissions", e);
        }
    }

    private static StorageUnavailableException unavailable(String message, Throwable cause) {
        return new StorageUnavailableException(message, new ErrorContext("read", NdjsonStore.NAME, null, null), cause);
    }

    /**
     * Whether there is another entry. Throws as {@link #next} does.
     */
    @Override
    public boolean hasNext() {
        if (next == null) {
            next = read();
        }
        return next != null;
    }

    /**
     * The next entry.
     *
     * @throws InvalidValueException if it, or the file as a whole, is not in the format
     */
    @Override
    public Line next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("The dump has no more lines");
        }
        Line line = next;
        next = null;
        return line;
    }

    private @Nullable Line read() {
        Line line = lines.read();
        if (line != null) {
            checkOnce(line.write().key(), line.number());
        }
        return line;
    }

    private void checkOnce(String key, long number) {
        String previous = lastKey;
        int order = previous == null ? -1 : Keys.ORDER.compare(previous, key);
        if (seen == null && order > 0) {
            seen = keysBefore(number);
        }
        Long first = seen == null ? null : seen.putIfAbsent(key, number);
        if (order == 0 || first != null) {
            throw new InvalidValueException(
                    file + " " + lines.unit() + " " + number,
                    "its key stands in " + lines.unit() + " " + (first == null ? number - 1 : first)
                            + " too; keep one of them",
                    new ErrorContext("read", NdjsonStore.NAME, null, null),
                    null);
        }
        lastKey = key;
    }

    /** Reads the file again, up to the first entry out of order. */
    private Map<String, Long> keysBefore(long number) {
        Map<String, Long> keys = new HashMap<>();
        try (NdjsonLines again = NdjsonLines.open(file)) {
            for (Line line = again.read(); line != null && line.number() < number; line = again.read()) {
                keys.put(line.write().key(), line.number());
            }
            return keys;
        } catch (IOException e) {
            throw unavailable(file + " can't be read a second time", e);
        }
    }

    @Override
    public void close() {
        try {
            lines.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
