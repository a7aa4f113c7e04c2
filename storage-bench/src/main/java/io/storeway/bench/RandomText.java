package io.storeway.bench;

import java.util.SplittableRandom;

/** Random words for the long fields of records, so that they don't compress well. */
public final class RandomText {

    /** One character in so many is a space. */
    private static final int WORD_LENGTH = 7;

    private RandomText() {}

    /** Lower-case letters and spaces. */
    public static String of(SplittableRandom random, int length) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(random.nextInt(WORD_LENGTH) == 0 ? ' ' : (char) ('a' + random.nextInt(26)));
        }
        return text.toString();
    }
}
