package io.storeway.examples.catalog;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** Ids that are hashes of what they identify: whoever adds the same thing gives it the same id. */
final class Hashes {

    private static final int CATEGORY_DIGITS = 16;

    private Hashes() {}

    /** The id of an item. */
    static String ofUrl(String url) {
        return hex("SHA-1", url);
    }

    /** The id of a category, from the names on the path from the root. */
    static String ofPath(List<String> names) {
        return hex("SHA-1", String.join("\u001F", names)).substring(0, CATEGORY_DIGITS);
    }

    /** What is stored of a session's token. */
    static String ofToken(String token) {
        return hex("SHA-256", token);
    }

    private static String hex(String algorithm, String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has " + algorithm, e);
        }
    }
}
