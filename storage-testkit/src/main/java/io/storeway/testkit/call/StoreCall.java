package io.storeway.testkit.call;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A call that has not reached the store yet.
 *
 * <p>Verbs are the names of the intercepted methods. A unit of work is two calls: {@code transact} around all of it, and
 * {@code commit} within it, after the work and before its writes take effect.
 */
public final class StoreCall {

    private static final Set<String> READS = Set.of(
            "get",
            "getAll",
            "list",
            "find",
            "select",
            "count",
            "countBy",
            "exists",
            "scan",
            "read",
            "ready",
            "inventory");

    private final String verb;
    private final List<@Nullable Object> arguments;
    private final Target target;

    /** What a call goes on to. */
    @FunctionalInterface
    public interface Target {
        /**
         * Answers the call.
         *
         * @throws Throwable what the target throws
         */
        @Nullable
        Object call(List<@Nullable Object> arguments) throws Throwable;
    }

    private StoreCall(String verb, List<@Nullable Object> arguments, Target target) {
        this.verb = verb;
        this.arguments = Collections.unmodifiableList(new ArrayList<>(arguments));
        this.target = target;
    }

    /** A call to a target of another kind than those of {@link Interposed}. */
    public static StoreCall of(String verb, List<@Nullable Object> arguments, Target target) {
        return new StoreCall(verb, arguments, target);
    }

    /** The name of the method. */
    public String verb() {
        return verb;
    }

    /** The arguments. */
    public List<@Nullable Object> arguments() {
        return arguments;
    }

    /** Whether the call may change something. */
    public boolean writes() {
        return !READS.contains(verb);
    }

    /**
     * Makes the call.
     *
     * @throws Throwable what the store throws
     */
    public @Nullable Object proceed() throws Throwable {
        return target.call(arguments);
    }

    /**
     * Makes the call with other arguments.
     *
     * @throws Throwable what the store throws
     */
    public @Nullable Object proceed(List<@Nullable Object> others) throws Throwable {
        return target.call(others);
    }

    /** The verb, for traces. No argument, since those may hold values. */
    @Override
    public String toString() {
        return verb;
    }
}
