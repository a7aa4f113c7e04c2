package io.storeway.examples.kvapi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The cursor of a listing as clients hold it. It contains the prefix, so that it can't be used with another one.
 *
 * @param next the cursor of the store
 */
record ListCursor(String prefix, String next) {

    /** Ends the length of the prefix. */
    private static final char SEPARATOR = '\n';

    String text() {
        String plain = prefix.length() + String.valueOf(SEPARATOR) + prefix + next;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    static ListCursor parse(String text, String prefix) {
        try {
            String plain = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)))
                    .toString();
            int separator = plain.indexOf(SEPARATOR);
            int end = separator + 1 + Integer.parseInt(plain.substring(0, Math.max(separator, 0)));
            if (plain.substring(separator + 1, end).equals(prefix)) {
                return new ListCursor(prefix, plain.substring(end));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException | CharacterCodingException e) {
            throw invalid();
        }
        throw invalid();
    }

    private static ApiException invalid() {
        return ApiException.badRequest(
                "invalid_cursor", "The cursor is not from a listing of this prefix; start without one");
    }
}
