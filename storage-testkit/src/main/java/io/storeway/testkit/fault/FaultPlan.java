package io.storeway.testkit.fault;

import io.storeway.testkit.call.StoreCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which calls meet a fault, and counts the faults that were injected. Calls are numbered from 1 in the order in which they
 * come.
 * Thread-safe.
 */
public final class FaultPlan {

    @FunctionalInterface
    private interface Rule {
        @Nullable
        Fault fault(StoreCall call, long number);
    }

    private final List<Rule> rules = new ArrayList<>();
    private final Map<String, Long> fired = new TreeMap<>();
    private long calls;
    private boolean stopped;

    private FaultPlan() {}

    /** A plan in which nothing fails. */
    public static FaultPlan none() {
        return new FaultPlan();
    }

    /**
     * A plan in which calls fail by chance; the same seed gives the same faults for the same calls.
     *
     * @param rate the fraction of the calls that fail, 0 to 1
     */
    public static FaultPlan random(long seed, double rate, Fault... faults) {
        List<Fault> choice = List.of(faults);
        SplittableRandom random = new SplittableRandom(seed);
        FaultPlan plan = new FaultPlan();
        plan.rules.add((call, number) -> random.nextDouble() < rate ? choice.get(random.nextInt(choice.size())) : null);
        return plan;
    }

    /** Adds a fault for the call with that number. Returns this plan. */
    public synchronized FaultPlan at(long call, Fault fault) {
        rules.add((given, number) -> number == call ? fault : null);
        return this;
    }

    /** Adds a fault for every call that fulfils the predicate. Returns this plan. */
    public synchronized FaultPlan when(Predicate<StoreCall> meant, Fault fault) {
        rules.add((call, number) -> meant.test(call) ? fault : null);
        return this;
    }

    /** Ends all faults. */
    public synchronized void stop() {
        stopped = true;
    }

    /** How many calls there were. */
    public synchronized long calls() {
        return calls;
    }

    /** How often each fault was injected, by verb and fault, for example {@code commit FAIL_AFTER}. */
    public synchronized Map<String, Long> fired() {
        return new TreeMap<>(fired);
    }

    /** The fault of a call that is about to be made, or null. */
    synchronized @Nullable Fault next(StoreCall call) {
        calls++;
        for (Rule rule : rules) {
            Fault fault = stopped ? null : rule.fault(call, calls);
            if (fault != null) {
                return fault;
            }
        }
        return null;
    }

    synchronized void fired(StoreCall call, Fault fault) {
        fired.merge(call.verb() + " " + fault, 1L, Long::sum);
    }
}
