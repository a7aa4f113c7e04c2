package io.storeway.cli.report;

import org.jspecify.annotations.Nullable;

/** Makes text from outside safe to show: without control characters that a terminal or a browser would obey. */
public final class Visible {

    private static final char REPLACEMENT = '\ufffd';

    private Visible() {}

    /** The text with control characters, unpaired surrogates and marks that change the direction of text replaced. */
    public static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else if (Character.isSurrogate(c) || Character.isISOControl(c) || changesDirection(c) || c >= 0xfffe) {
                out.append(REPLACEMENT);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /** The text, or a dash if there is none. */
    static String orDash(@Nullable String text) {
        return text == null || text.isEmpty() ? "–" : text;
    }

    private static boolean changesDirection(char c) {
        return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    }
}
