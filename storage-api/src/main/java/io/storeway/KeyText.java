package io.storeway;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Percent-encoding of one part of a key. Only {@code %}, {@code :} and control characters are encoded, so ordinary ids
 * read as they are, and a part can neither contain a separator nor be mistaken for another.
 */
public final class KeyText {

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private KeyText() {}

    /** The part with {@code %}, {@code :} and control characters as {@code %XX}. */
    public static String escape(String part) {
        StringBuilder out = null;
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            if (c < ' ' || c == '%' || c == ':' || c == 0x7f) {
                if (out == null) {
                    out = new StringBuilder(part.length() + 8).append(part, 0, i);
                }
                out.append('%').append(HEX.toHexDigits((byte) c));
            } else if (out != null) {
                out.append(c);
            }
        }
        return out == null ? part : out.toString();
    }

    /**
     * Reads what {@link #escape} wrote.
     *
     * @throws IllegalArgumentException if the text is not exactly what escape writes for some part
     */
    public static String unescape(String text) {
        String part = text.indexOf('%') < 0 ? text : decode(text);
        if (!escape(part).equals(text)) {
            throw new IllegalArgumentException(
                    "the part is not in the escaped form; only %, : and control characters are"
                            + " escaped, as %25, %3A and the like");
        }
        return part;
    }

    private static String decode(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        byte[] source = text.getBytes(StandardCharsets.UTF_8);
        for (int i = 0; i < source.length; i++) {
            if (source[i] != '%') {
                bytes.write(source[i]);
            } else if (i + 2 < source.length
                    && HexFormat.isHexDigit(source[i + 1])
                    && HexFormat.isHexDigit(source[i + 2])) {
                bytes.write(HexFormat.fromHexDigits(new String(source, i + 1, 2, StandardCharsets.US_ASCII)));
                i += 2;
            } else {
                throw new IllegalArgumentException("the part has a % without two hexadecimal digits; % itself is %25");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the part is not UTF-8", e);
        }
    }
}
