package io.storeway.examples.bookstrack;

import java.time.Duration;

/**
 * The requests of a period.
 *
 * @param requests how many came
 * @param errors how many failed
 * @param p95 the 95th percentile of the latency, of the latest thousand requests of the period
 */
record Health(long requests, long errors, Duration p95) {

    double errorRate() {
        return requests == 0 ? 0 : (double) errors / requests;
    }
}
