package io.storeway.testkit.laws;

import org.jspecify.annotations.Nullable;

/**
 * What became of a law.
 *
 * @param law the law
 * @param status what became of it
 * @param reason why it is declined, broken or unknown; empty if it holds
 * @param failure how it was broken, or null
 * @param cases how many cases had an effect
 */
public record Verdict(
        Law law, Status status, String reason, @Nullable Throwable failure, long cases) {

    /** What becomes of a law. */
    public enum Status {
        /** The law holds. */
        PASSED,
        /** The storage declines a capability with a reason, and refuses what needs it as it should. */
        DECLINED,
        /** The law is broken, or what is declined is not refused. */
        FAILED,
        /** Nothing is known: no case had an effect, or an operation never succeeded. As bad as broken. */
        UNKNOWN
    }

    /** Whether the law holds or is declined. */
    public boolean passed() {
        return status == Status.PASSED || status == Status.DECLINED;
    }
}
