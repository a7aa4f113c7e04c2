package io.storeway.kv;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.internal.Keys;
import io.storeway.kv.internal.StrictJson;
import io.storeway.kv.internal.UnfitException;
import io.storeway.spi.KeyValueStore.Write;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The lines of a dump, each checked by itself. */
final class NdjsonLines implements AutoCloseable {

    static final int MAX_LINE_BYTES = 64 << 20;

    private static final long LAST_SECOND = 253_402_300_799L; // The end of the year 9999.
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;
    private long number;

    private NdjsonLines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    static NdjsonLines open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            raw.mark(2);
            boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
            raw.reset();
            return new NdjsonLines(file, gzip ? new GZIPInputStream(raw, BUFFER_BYTES) : raw);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    /** The next line, or null at the end. */
    NdjsonDump.@Nullable Line read() {
        ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
        number++;
        boolean ended = bytes(line);
        if (!ended && line.size() == 0) {
            return null;
        }
        try {
            return new NdjsonDump.Line(number, entry(line.toByteArray()));
        } catch (UnfitException e) {
            throw refused(ended ? e.reason() : e.reason() + "; the file ends within this line, as if cut off", e);
        }
    }

    /** Reads up to a line feed; false if the file ends before. */
    private boolean bytes(ByteArrayOutputStream line) {
        try {
            while (true) {
                for (int i = from; i < to; i++) {
                    if (buffer[i] == '\n') {
                        line.write(buffer, from, i - from);
                        from = i + 1;
                        return true;
                    }
                }
                line.write(buffer, from, to - from);
                if (line.size() > MAX_LINE_BYTES) {
                    throw refused("the line is longer than " + MAX_LINE_BYTES + " bytes", null);
                }
                from = 0;
                to = Math.max(0, in.read(buffer));
                if (to == 0) {
                    return false;
                }
            }
        } catch (EOFException e) {
            throw refused("the gzip file ends too early; it was cut off, get it again", e);
        } catch (ZipException e) {
            throw refused("the gzip file is damaged; get it again", e);
        } catch (IOException e) {
            throw refused("the file can't be read on", e);
        }
    }

    private InvalidValueException refused(String reason, @Nullable Throwable cause) {
        return new InvalidValueException(
                file + " line " + number, reason, new ErrorContext("read", NdjsonStore.NAME, null, null), cause);
    }

    private static Write entry(byte[] line) {
        if (line.length == 0) {
            throw new UnfitException("the line is empty");
        }
        try (JsonParser parser = StrictJson.parser(line)) {
            return entry(parser, line);
        } catch (IOException e) {
            throw StrictJson.notJson(e);
        }
    }

    private static Write entry(JsonParser parser, byte[] line) throws IOException {
        if (parser.nextToken() != JsonToken.START_OBJECT) {
            throw new UnfitException("the line is not a JSON object");
        }
        String key = null;
        String value = null;
        String metadata = null;
        Instant expiration = null;
        boolean base64 = false;
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            switch (name) {
                case "key" -> key = text(parser, name);
                case "value" -> value = text(parser, name);
                case "metadata" -> metadata = slice(parser, line);
                case "expiration" -> expiration = expiration(parser);
                case "base64" -> base64 = bool(parser);
                default ->
                    throw new UnfitException("there is a member besides key, value, metadata, expiration and base64");
            }
        }
        StrictJson.end(parser);
        if (key == null || value == null) {
            throw new UnfitException("the member " + (key == null ? "key" : "value") + " is missing");
        }
        String fault = Keys.fault(key);
        if (!fault.isEmpty()) {
            throw new UnfitException(fault);
        }
        return new Write(key, base64 ? decoded(value) : value.getBytes(StandardCharsets.UTF_8), metadata, expiration);
    }

    private static String text(JsonParser parser, String name) throws IOException {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw new UnfitException("the member " + name + " is not a string");
        }
        try {
            return StrictJson.wellFormed(parser.getText());
        } catch (IllegalArgumentException e) {
            throw new UnfitException("the member " + name + " has an unpaired surrogate; write the value as base64");
        }
    }

    private static String slice(JsonParser parser, byte[] line) throws IOException {
        int start = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        parser.finishToken();
        int end = (int) parser.currentLocation().getByteOffset();
        byte[] text = Arrays.copyOfRange(line, start, end);
        StrictJson.read(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static Instant expiration(JsonParser parser) throws IOException {
        boolean whole = parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER;
        long seconds = whole ? parser.getLongValue() : -1;
        if (seconds < 0 || seconds > LAST_SECOND) {
            throw new UnfitException("the member expiration is not a number of seconds since 1970");
        }
        return Instant.ofEpochSecond(seconds);
    }

    private static boolean bool(JsonParser parser) {
        if (!parser.currentToken().isBoolean()) {
            throw new UnfitException("the member base64 is not true or false");
        }
        return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    private static byte[] decoded(String value) {
        try {
            return Base64.getDecoder().decode(value);
        } catch (IllegalArgumentException e) {
            throw new UnfitException("the value is not base64");
        }
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
