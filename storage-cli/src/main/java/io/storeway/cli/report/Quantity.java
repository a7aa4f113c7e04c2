package io.storeway.cli.report;

import java.util.Locale;

/** A number with its noun, in the singular or the plural: {@code 1 key}, {@code 2,000 keys}. */
public final class Quantity {

    private Quantity() {}

    /** The noun is given in the singular; its plural ends with s. */
    public static String of(long count, String noun) {
        return String.format(Locale.ROOT, "%,d %s%s", count, noun, count == 1 ? "" : "s");
    }
}
