package io.storeway.testkit.report;

import io.storeway.testkit.laws.Verdict;
import io.storeway.testkit.laws.Verdict.Status;
import java.util.Map;

/**
 * The part of a verdict that goes into a report.
 *
 * @param id the law's id
 * @param title the law's title
 * @param core whether every storage that can be written has to keep it
 * @param status whether it holds
 * @param reason why it is declined, broken or unknown
 * @param cases how many cases had an effect
 * @param faults how many faults were injected, by the point where they fired
 */
record LawResult(
        String id, String title, boolean core, Status status, String reason, long cases, Map<String, Long> faults) {

    static LawResult of(Verdict verdict) {
        return new LawResult(
                verdict.law().id(),
                verdict.law().title(),
                verdict.law().core(),
                verdict.status(),
                verdict.reason(),
                verdict.cases(),
                verdict.faults());
    }
}
