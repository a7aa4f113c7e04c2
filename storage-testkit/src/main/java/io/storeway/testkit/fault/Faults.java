package io.storeway.testkit.fault;

import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interceptor;
import io.storeway.testkit.call.Interposed;
import io.storeway.testkit.call.StoreCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Injects the faults of a {@link FaultPlan} into a store or a storage. A fault that makes no sense for a call, such as a stale answer
 * to a first read, leaves the call as it is and is not counted.
 *
 * <pre>{@code
 * FaultPlan plan = FaultPlan.none().at(3, Fault.FAIL_AFTER);
 * KeyValueStore faulty = Faults.of(plan).in(store);
 * }</pre>
 */
public final class Faults implements Interceptor {

    private final FaultPlan plan;
    private final @Nullable ManualClock clock;
    private final Duration delay;
    private final Map<List<@Nullable Object>, Object> answers = new ConcurrentHashMap<>();

    private Faults(FaultPlan plan, @Nullable ManualClock clock, Duration delay) {
        this.plan = plan;
        this.clock = clock;
        this.delay = delay;
    }

    /** Injects the faults of a plan. */
    public static Faults of(FaultPlan plan) {
        return new Faults(plan, null, Duration.ZERO);
    }

    /** The same faults, where {@link Fault#DELAY} moves the clock by the duration. */
    public Faults delaying(ManualClock moved, Duration by) {
        return new Faults(plan, moved, by);
    }

    /** The store with the faults. */
    public KeyValueStore in(KeyValueStore store) {
        return Interposed.store(store, this);
    }

    /** The storage with the faults, also in its units of work; a fault at {@code commit} comes before their writes take effect. */
    public Storage in(Storage storage) {
        return Interposed.storage(storage, this);
    }

    @Override
    public @Nullable Object around(StoreCall call) throws Throwable {
        if (call.verb().equals("health")) {
            // It never throws; the reads that it is made of meet the plan.
            return call.proceed();
        }
        Fault fault = plan.next(call);
        if (fault == null) {
            return remember(call, call.proceed());
        }
        return switch (fault) {
            case FAIL_BEFORE -> {
                fired(call, fault);
                throw unavailable(call);
            }
            case LOST_REQUEST -> {
                fired(call, fault);
                throw lost(call);
            }
            case FAIL_AFTER -> {
                call.proceed();
                fired(call, fault);
                throw lost(call);
            }
            case PARTIAL_BATCH -> half(call);
            case DELAY -> delayed(call);
            case DUPLICATE -> twice(call);
            case STALE_READ -> stale(call);
        };
    }

    private void fired(StoreCall call, Fault fault) {
        plan.fired(call, fault);
    }

    private @Nullable Object half(StoreCall call) throws Throwable {
        List<@Nullable Object> arguments = new ArrayList<>(call.arguments());
        int last = arguments.size() - 1;
        if (!call.writes() || last < 0 || !(arguments.get(last) instanceof List<?> batch) || batch.size() < 2) {
            return call.proceed();
        }
        arguments.set(last, new ArrayList<>(batch.subList(0, batch.size() / 2)));
        call.proceed(arguments);
        fired(call, Fault.PARTIAL_BATCH);
        throw lost(call);
    }

    private @Nullable Object delayed(StoreCall call) throws Throwable {
        if (clock != null) {
            clock.advance(delay);
            fired(call, Fault.DELAY);
        }
        return remember(call, call.proceed());
    }

    private @Nullable Object twice(StoreCall call) throws Throwable {
        Object answer = call.proceed();
        fired(call, Fault.DUPLICATE);
        try {
            call.proceed();
        } catch (StorageException refused) {
            // The store refuses the repetition. Its answer is lost, so nobody learns of the refusal.
        }
        return answer;
    }

    private @Nullable Object stale(StoreCall call) throws Throwable {
        Object before = call.writes() ? null : answers.get(question(call));
        if (before == null) {
            return remember(call, call.proceed());
        }
        fired(call, Fault.STALE_READ);
        return before;
    }

    private @Nullable Object remember(StoreCall call, @Nullable Object answer) {
        if (answer != null && !call.writes()) {
            answers.put(question(call), answer);
        }
        return answer;
    }

    private static List<@Nullable Object> question(StoreCall call) {
        List<@Nullable Object> question = new ArrayList<>(call.arguments());
        question.add(call.verb());
        return question;
    }

    private static StorageException lost(StoreCall call) {
        return call.writes()
                ? new UnknownOutcomeException(
                        "The connection broke before the answer came", ErrorContext.of(call.verb()), null)
                : unavailable(call);
    }

    private static StorageUnavailableException unavailable(StoreCall call) {
        return new StorageUnavailableException("A fault was injected", ErrorContext.of(call.verb()), null);
    }
}
