package io.storeway.migrate;

/**
 * What a self-test of the comparison has shown.
 *
 * @param planted how many partitions were altered
 * @param found how many of them the comparison named
 */
public record SelfTestReport(int planted, int found) {

    /** Whether something was planted and all of it was found. */
    public boolean passed() {
        return planted > 0 && found == planted;
    }
}
