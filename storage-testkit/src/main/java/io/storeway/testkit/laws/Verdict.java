package io.storeway.testkit.laws;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of a law on a storage.
 *
 * @param law the law
 * @param status the result
 * @param reason why the law is declined, failed or unknown; empty if it holds
 * @param failure the exception if it failed, or null
 * @param cases how many cases had an effect
 * @param faults how many faults were injected, by verb and fault
 */
public record Verdict(
        Law law, Status status, String reason, @Nullable Throwable failure, long cases, Map<String, Long> faults) {

    /** Copies the map. */
    public Verdict {
        faults = Map.copyOf(faults);
    }

    /** The possible results. */
    public enum Status {
        /** The law holds. */
        PASSED,
        /** The storage declines a capability with a reason, and refuses what needs it as it should. */
        DECLINED,
        /** The law is broken, or what is declined is not refused. */
        FAILED,
        /** The run shows nothing: no case had an effect, or an operation never succeeded. Counts as a failure. */
        UNKNOWN
    }

    /** Whether the law holds or is declined. */
    public boolean passed() {
        return status == Status.PASSED || status == Status.DECLINED;
    }
}
