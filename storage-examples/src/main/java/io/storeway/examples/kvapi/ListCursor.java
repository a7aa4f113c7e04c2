package io.storeway.examples.kvapi;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Where a listing goes on, as clients hold it: bound to the prefix that it was made for. */
record ListCursor(String prefix, String next) {

    private static final char BETWEEN = '\n';

    String text() {
        String plain = prefix.length() + String.valueOf(BETWEEN) + prefix + next;
        return Base64.getUrlEncoder().withoutPadding().encodeToString(plain.getBytes(StandardCharsets.UTF_8));
    }

    static ListCursor parse(String text, String prefix) {
        try {
            String plain = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Base64.getUrlDecoder().decode(text)))
                    .toString();
            int between = plain.indexOf(BETWEEN);
            int end = between + 1 + Integer.parseInt(plain.substring(0, Math.max(between, 0)));
            if (plain.substring(between + 1, end).equals(prefix)) {
                return new ListCursor(prefix, plain.substring(end));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException | CharacterCodingException e) {
            throw invalid();
        }
        throw invalid();
    }

    private static ApiException invalid() {
        return ApiException.badRequest(
                "invalid_cursor", "The cursor is none that a listing of this prefix has given; start without one");
    }
}
