package io.storeway.kv.internal;

import java.io.ByteArrayOutputStream;

/** Collects the output of a JSON generator. A short text comes in one piece, which is handed on without a copy. */
final class JsonBytes extends ByteArrayOutputStream {

    JsonBytes() {
        super(0);
    }

    /** What was written. Nothing may be called after this. */
    byte[] bytes() {
        return count == buf.length ? buf : toByteArray();
    }
}
