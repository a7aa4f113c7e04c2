package io.storeway.kv;

import io.storeway.kv.internal.UnfitException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Cuts a dump into the texts of its entries without reading these. Not thread-safe. */
abstract sealed class EntryTexts {

    private static final int MAX_BYTES = 64 << 20;
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    final byte[] buffer = new byte[BUFFER_BYTES];
    int from;
    int to;

    private EntryTexts(InputStream in) {
        this.in = in;
    }

    /** Reads an array if the text begins with one, otherwise lines. */
    static EntryTexts of(InputStream in) throws IOException {
        EntryTexts lines = new Lines(in);
        lines.fill();
        int first = 0;
        while (first < lines.to && blank(lines.buffer[first])) {
            first++;
        }
        if (first == lines.to || lines.buffer[first] != '[') {
            return lines;
        }
        EntryTexts elements = new Elements(in);
        System.arraycopy(lines.buffer, 0, elements.buffer, 0, lines.to);
        elements.from = first + 1;
        elements.to = lines.to;
        return elements;
    }

    /**
     * The next text, or null at the end.
     *
     * @throws UnfitException if what comes is no entry, or is too long
     */
    abstract byte @Nullable [] next() throws IOException;

    /** Whether the file ended right behind the last text, without the line break or bracket that ends it. */
    abstract boolean atEnd();

    /** Reads on; false at the end of the file. */
    boolean fill() throws IOException {
        from = 0;
        to = Math.max(0, in.read(buffer));
        return to > 0;
    }

    /** Takes the bytes of the buffer up to a place. */
    void take(ByteArrayOutputStream text, int end) {
        text.write(buffer, from, end - from);
        from = end;
        if (text.size() > MAX_BYTES) {
            throw new UnfitException("the entry is longer than " + MAX_BYTES + " bytes");
        }
    }

    private static boolean blank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    /** One entry a line. */
    static final class Lines extends EntryTexts {
        private boolean ended;

        private Lines(InputStream in) {
            super(in);
        }

        @Override
        byte @Nullable [] next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
            while (from < to || fill()) {
                for (int i = from; i < to; i++) {
                    if (buffer[i] == '\n') {
                        take(line, i);
                        from = i + 1;
                        return line.toByteArray();
                    }
                }
                take(line, to);
            }
            ended = true;
            return line.size() == 0 ? null : line.toByteArray();
        }

        @Override
        boolean atEnd() {
            return ended;
        }
    }

    /** The elements of an array, from behind its opening bracket on. */
    static final class Elements extends EntryTexts {
        private boolean first = true;
        private boolean closed;

        private Elements(InputStream in) {
            super(in);
        }

        @Override
        byte @Nullable [] next() throws IOException {
            if (closed) {
                return null;
            }
            int c = nonBlank();
            if (c == ']') {
                closed = true;
                if (nonBlank() >= 0) {
                    throw new UnfitException("something follows after the end of the array");
                }
                return null;
            }
            if (!first) {
                if (c != ',') {
                    throw c < 0 ? cutOff() : new UnfitException("a comma or the end of the array is missing before it");
                }
                from++;
                c = nonBlank();
                if (c == ']') {
                    throw new UnfitException("no entry follows after the comma");
                }
            }
            first = false;
            if (c < 0) {
                throw cutOff();
            }
            return element();
        }

        /** The next byte that isn't blank, which stays in the buffer unless it is the closing bracket; -1 at the end of the file. */
        private int nonBlank() throws IOException {
            while (from < to || fill()) {
                byte b = buffer[from];
                if (b == ']') {
                    from++;
                }
                if (!blank(b)) {
                    return b;
                }
                from++;
            }
            return -1;
        }

        private byte[] element() throws IOException {
            ByteArrayOutputStream text = new ByteArrayOutputStream(1024);
            int depth = 0;
            boolean string = false;
            boolean escaped = false;
            while (from < to || fill()) {
                for (int i = from; i < to; i++) {
                    byte b = buffer[i];
                    if (string) {
                        string = escaped || b != '"';
                        escaped = !escaped && b == '\\';
                    } else if (depth == 0 && (b == ',' || b == ']')) {
                        take(text, i);
                        return text.toByteArray();
                    } else if (b == '"') {
                        string = true;
                    } else if (b == '{' || b == '[') {
                        depth++;
                    } else if (b == '}' || b == ']') {
                        depth--;
                    }
                }
                take(text, to);
            }
            throw cutOff();
        }

        private static UnfitException cutOff() {
            return new UnfitException("the file ends before the array does, as if cut off; get it again");
        }

        @Override
        boolean atEnd() {
            return false;
        }
    }
}
