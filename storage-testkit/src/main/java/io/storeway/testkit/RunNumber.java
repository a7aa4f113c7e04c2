package io.storeway.testkit;

/** Numbers that a run of tests is given as system properties. What is no number is refused, as the run would be another than asked for. */
public final class RunNumber {

    private RunNumber() {}

    /**
     * Any whole number, such as a seed.
     *
     * @param absent the value without the property
     * @throws IllegalArgumentException if the property is no such number
     */
    public static long of(String property, long absent) {
        String text = System.getProperty(property);
        if (text == null) {
            return absent;
        }
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("-D" + property + "=" + text + " is no whole number", e);
        }
    }

    /**
     * How often or how long something is done; at least 1, because a run of nothing would pass.
     *
     * @param absent the value without the property
     * @throws IllegalArgumentException if the property is no such number
     */
    public static int positive(String property, int absent) {
        long number = of(property, absent);
        if (number < 1 || number > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "-D" + property + "=" + number + " is not between 1 and " + Integer.MAX_VALUE);
        }
        return (int) number;
    }
}
