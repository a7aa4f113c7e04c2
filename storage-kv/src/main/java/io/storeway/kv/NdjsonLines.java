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
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The entries of a dump, each checked by itself. */
final class NdjsonLines implements AutoCloseable {

    private static final BigDecimal LAST_SECOND = BigDecimal.valueOf(253_402_300_799L); // The end of the year 9999.
    private static final String CUT_OFF = "the gzip file ends too early; it was cut off, get it again";
    private static final int BUFFER_BYTES = 1 << 16;

    /** Reads a compressed file to its last byte. The JDK's class takes an incomplete part behind a complete one for the end. */
    private static final class WholeGzip extends GZIPInputStream {
        private static final int TRAILER_BYTES = 8;

        WholeGzip(InputStream in) throws IOException {
            super(in, BUFFER_BYTES);
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int read = super.read(bytes, offset, length);
            if (read < 0 && (inf.getRemaining() > TRAILER_BYTES || in.read() >= 0)) {
                throw new ZipException("Something follows that is not compressed");
            }
            return read;
        }
    }

    private final Path file;
    private final InputStream in;
    private @Nullable EntryTexts texts;
    private long number;

    private NdjsonLines(Path file, InputStream in) {
        this.file = file;
        this.in = in;
    }

    static NdjsonLines open(Path file) throws IOException {
        InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        try {
            raw.mark(2);
            int first = raw.read();
            boolean gzip = first < 0 ? file.toString().endsWith(".gz") : first == 0x1f && raw.read() == 0x8b;
            raw.reset();
            return new NdjsonLines(file, gzip ? new WholeGzip(raw) : raw);
        } catch (EOFException e) {
            raw.close();
            throw refused(file + " line 1", CUT_OFF, e);
        } catch (IOException | RuntimeException e) {
            raw.close();
            throw e;
        }
    }

    /** The next entry, or null at the end. */
    NdjsonDump.@Nullable Line read() {
        number++;
        byte[] text = text();
        if (text == null) {
            return null;
        }
        try {
            return new NdjsonDump.Line(number, entry(text));
        } catch (UnfitException e) {
            boolean cutOff = texts != null && texts.atEnd();
            throw refused(cutOff ? e.reason() + "; the file ends within this line, as if cut off" : e.reason(), e);
        }
    }

    private byte @Nullable [] text() {
        try {
            if (texts == null) {
                texts = EntryTexts.of(in);
            }
            return texts.next();
        } catch (UnfitException e) {
            throw refused(e.reason(), e);
        } catch (EOFException e) {
            throw refused(CUT_OFF, e);
        } catch (ZipException e) {
            throw refused("the gzip file is damaged; get it again", e);
        } catch (IOException e) {
            throw refused("the file can't be read on", e);
        }
    }

    private InvalidValueException refused(String reason, @Nullable Throwable cause) {
        return refused(file + " " + unit() + " " + number, reason, cause);
    }

    private static InvalidValueException refused(String where, String reason, @Nullable Throwable cause) {
        return new InvalidValueException(where, reason, new ErrorContext("read", NdjsonStore.NAME, null, null), cause);
    }

    /** What an entry's number counts, for messages: lines or elements. */
    String unit() {
        return texts instanceof EntryTexts.Elements ? "entry" : "line";
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

    private static Instant expiration(JsonParser parser) {
        if (parser.currentToken().isNumeric()) {
            BigDecimal seconds = StrictJson.number(parser).stripTrailingZeros();
            if (seconds.signum() >= 0 && seconds.compareTo(LAST_SECOND) <= 0 && seconds.scale() <= 3) {
                return Instant.ofEpochMilli(seconds.movePointRight(3).longValueExact());
            }
        }
        throw new UnfitException(
                "the member expiration is not a number of seconds since 1970 with at most three digits of a fraction");
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
