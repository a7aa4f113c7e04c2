package io.storeway.kv.internal;

import java.io.ByteArrayOutputStream;

/** Takes a text that comes in one piece, as short ones do from a generator, and gives its only copy away. */
final class JsonBytes extends ByteArrayOutputStream {

    JsonBytes() {
        super(0);
    }

    /** What was written; the last call. */
    byte[] bytes() {
        return count == buf.length ? buf : toByteArray();
    }
}
