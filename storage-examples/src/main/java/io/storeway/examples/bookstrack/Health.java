package io.storeway.examples.bookstrack;

import java.time.Duration;

/**
 * How the requests of a period went.
 *
 * @param requests how many there were
 * @param errors how many of them failed
 * @param p95 what 95 of 100 took at most; of the latest thousand
 */
record Health(long requests, long errors, Duration p95) {

    double errorRate() {
        return requests == 0 ? 0 : (double) errors / requests;
    }
}
