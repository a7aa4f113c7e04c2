package io.storeway.cli.report;

/** Text from outside in a form that can't tell a page or a terminal what to do. */
public final class Visible {

    private static final char REPLACEMENT = '\ufffd';

    private Visible() {}

    /** The text with control characters, unpaired surrogates and marks that turn the direction of text replaced. */
    public static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else if (Character.isSurrogate(c) || Character.isISOControl(c) || turns(c) || c >= 0xfffe) {
                out.append(REPLACEMENT);
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    private static boolean turns(char c) {
        return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    }
}
