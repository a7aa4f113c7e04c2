package io.storeway.kv.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Objects;

/** The scripts that the server runs atomically. */
enum Script {
    COMMIT,
    READ,
    SWEEP;

    private final String text;
    private final String hash;

    Script() {
        String file = name().toLowerCase(Locale.ROOT) + ".lua";
        try (InputStream in = Objects.requireNonNull(Script.class.getResourceAsStream(file))) {
            byte[] bytes = in.readAllBytes();
            text = new String(bytes, StandardCharsets.UTF_8);
            hash = HexFormat.of().formatHex(Digest.sha1(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException("The script " + file + " can't be read", e);
        }
    }

    /** The hash by which the server knows the script. */
    String hash() {
        return hash;
    }

    String text() {
        return text;
    }
}
