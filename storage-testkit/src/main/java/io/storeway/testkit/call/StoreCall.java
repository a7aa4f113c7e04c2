package io.storeway.testkit.call;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An intercepted call, which has not reached the store yet.
 *
 * <p>Its verb is the name of the method. A unit of work is two calls: {@code transact} around all of it, and {@code commit}
 * within it, after the work and before the writes take effect.
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
            "inventory",
            "snapshot");

    private final String verb;
    private final List<@Nullable Object> arguments;
    private final Target target;

    /** What an intercepted call goes on to. */
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

    /** A call to any target, for interceptions other than those of {@link Interposed}. */
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

    /** The verb, for traces. Arguments are left out, because they may hold values. */
    @Override
    public String toString() {
        return verb;
    }
}
