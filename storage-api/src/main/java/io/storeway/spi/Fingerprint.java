package io.storeway.spi;

/**
 * A 128-bit hash of content. The sum of fingerprints is the fingerprint of a multiset, in whatever order they are added.
 *
 * @param high the upper 64 bits
 * @param low the lower 64 bits
 */
public record Fingerprint(long high, long low) {

    /** The fingerprint of nothing. */
    public static final Fingerprint ZERO = new Fingerprint(0, 0);

    /** The sum modulo 2^128. */
    public Fingerprint plus(Fingerprint other) {
        long sum = low + other.low;
        long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
        return new Fingerprint(high + other.high + carry, sum);
    }
}
