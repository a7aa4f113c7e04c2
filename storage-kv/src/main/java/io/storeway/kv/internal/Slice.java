package io.storeway.kv.internal;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/**
 * A part of a JSON text. An item that isn't changed is copied as such a part, and not written anew.
 *
 * @param text the whole text, which must not be changed
 * @param from where the part begins
 * @param to where it ends
 */
public record Slice(byte[] text, int from, int to) {

    /** A text as a whole. */
    public static Slice of(byte[] text) {
        return new Slice(text, 0, text.length);
    }

    /** The part. */
    public byte[] bytes() {
        return from == 0 && to == text.length ? text : Arrays.copyOfRange(text, from, to);
    }

    void appendTo(ByteArrayOutputStream out) {
        out.write(text, from, to - from);
    }
}
