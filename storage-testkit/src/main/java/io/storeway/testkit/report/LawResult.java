package io.storeway.testkit.report;

import io.storeway.testkit.laws.Verdict;
import io.storeway.testkit.laws.Verdict.Status;

/**
 * The part of a verdict that is written down.
 *
 * @param id the law's id
 * @param title the law's title
 * @param core whether every storage has to keep it
 * @param status what became of it
 * @param reason why it is declined, broken or unknown
 * @param cases how many cases had an effect
 */
record LawResult(String id, String title, boolean core, Status status, String reason, long cases) {

    static LawResult of(Verdict verdict) {
        return new LawResult(
                verdict.law().id(),
                verdict.law().title(),
                verdict.law().needs().isEmpty(),
                verdict.status(),
                verdict.reason(),
                verdict.cases());
    }
}
