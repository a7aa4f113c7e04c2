package io.storeway.migrate.routing;

import io.storeway.Capability;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Pause;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.membership.Member;
import io.storeway.migrate.routing.internal.membership.ReadHealth;
import io.storeway.migrate.routing.internal.membership.ShadowCounts;
import io.storeway.migrate.routing.internal.router.Journal;
import io.storeway.migrate.routing.internal.router.RouterCalls;
import io.storeway.migrate.routing.internal.router.RouterMethod;
import io.storeway.migrate.routing.internal.router.Unsettled;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a router; not thread-safe.
 *
 * @param <R> the repository interface
 */
public final class RouterBuilder<R> {

    private record Rule(boolean writes, String key) {}

    private final Class<R> type;
    private final R old;
    private final R fresh;
    private final Map<String, Rule> configured = new HashMap<>();
    private final List<Class<? extends Throwable>> refusals = new ArrayList<>();
    private String migration = "default";
    private @Nullable Storage control;
    private String instance = UUID.randomUUID().toString();
    private Clock clock = Clock.systemUTC();
    private Pause pause = Pause.sleeping();
    private Duration lease = Duration.ofSeconds(10);
    private Duration park = Duration.ofSeconds(2);
    private Duration heartbeat = Duration.ofSeconds(1);
    private int comparisons = 100;
    private int sample = 10;
    private BooleanSupplier transaction = () -> false;

    RouterBuilder(Class<R> type, R old, R fresh) {
        if (!type.isInterface()) {
            throw new IllegalArgumentException(
                    type.getName() + " is no interface; a router stands in for an interface");
        }
        if (type.isSealed()) {
            throw new IllegalArgumentException(
                    type.getName() + " is sealed; nothing but what it permits can stand in for it");
        }
        this.type = type;
        this.old = Objects.requireNonNull(old, "The old implementation of " + type.getSimpleName() + " is null");
        this.fresh = Objects.requireNonNull(fresh, "The new implementation of " + type.getSimpleName() + " is null");
    }

    /** The name of the migration, the same in all instances and not blank; {@code default} if none is given. */
    public RouterBuilder<R> named(String name) {
        this.migration = RoutingOptions.requireName("migration", name);
        return this;
    }

    /** Where the stage and the unsettled keys are kept: a durable storage with units of work that every instance reaches. Required. */
    public RouterBuilder<R> controlledBy(Storage storage) {
        this.control = storage;
        return this;
    }

    /** The name of this instance of the application, different from those of the others and not blank; random if none is given. */
    public RouterBuilder<R> instance(String name) {
        this.instance = RoutingOptions.requireName("instance", name);
        return this;
    }

    /** Judges leases and gives the times of records; the system's clock by default. */
    public RouterBuilder<R> clock(Clock judging) {
        this.clock = judging;
        return this;
    }

    /** For how long an instance may write without renewing its lease; 10 seconds by default. */
    public RouterBuilder<R> lease(Duration time) {
        this.lease = RoutingOptions.requirePositive(time);
        return this;
    }

    /** How long a write waits while the migration switches; 2 seconds by default. */
    public RouterBuilder<R> park(Duration time) {
        this.park = RoutingOptions.requirePositive(time);
        return this;
    }

    /** How often the lease is renewed; every second by default. */
    public RouterBuilder<R> heartbeat(Duration every) {
        this.heartbeat = RoutingOptions.requirePositive(every);
        return this;
    }

    /** How many reads have to be compared before SHADOW is left; 100 by default. */
    public RouterBuilder<R> shadowComparisons(int atLeast) {
        this.comparisons = RoutingOptions.requireComparisons(atLeast);
        return this;
    }

    /** The share of reads that are compared in SHADOW and READ_NEW, from 0 to 100; 10 percent by default. */
    public RouterBuilder<R> shadowSample(int percent) {
        this.sample = RoutingOptions.requireShare(percent);
        return this;
    }

    /** Says that methods of that name read, as {@link Reads} does; an annotation of them is ignored. */
    public RouterBuilder<R> reads(String method, String key) {
        configured.put(method, new Rule(false, key));
        return this;
    }

    /** Says that methods of that name write, as {@link Writes} does; an annotation of them is ignored. */
    public RouterBuilder<R> writes(String method, String key) {
        configured.put(method, new Rule(true, key));
        return this;
    }

    /** Names the exceptions by which an implementation says that it has changed nothing, for instance of a violated constraint. */
    @SafeVarargs
    public final RouterBuilder<R> refusedBy(Class<? extends Throwable>... exceptions) {
        refusals.addAll(Arrays.asList(exceptions));
        return this;
    }

    /**
     * Refuses writes while the calling thread is in a transaction of the application, by an {@link IllegalStateException} before either
     * side is called: if it were rolled back, the write would be gone from one side only. In Spring: {@code
     * outsideOf(TransactionSynchronizationManager::isActualTransactionActive)}. Without it nothing tells a router of transactions.
     *
     * @param underWay whether the calling thread is in a transaction
     */
    public RouterBuilder<R> outsideOf(BooleanSupplier underWay) {
        this.transaction = underWay;
        return this;
    }

    /**
     * States which guarantees the application needs, to find out when it starts that a router can't give them.
     *
     * @throws UnsupportedCapabilityException if there is any; its message says what gives them
     */
    public RouterBuilder<R> requiring(Router.Guarantee... guarantees) {
        if (guarantees.length > 0) {
            throw new UnsupportedCapabilityException(
                    "A router between two implementations of " + type.getSimpleName() + " can't promise "
                            + EnumSet.copyOf(Arrays.asList(guarantees))
                            + ": it knows nothing of them but their methods. A RoutedStorage does, between two storages",
                    ErrorContext.of("open"),
                    null);
        }
        return this;
    }

    RouterBuilder<R> stepwise(Pause waiting) {
        this.heartbeat = Duration.ZERO;
        this.pause = waiting;
        return this;
    }

    /**
     * Opens the router in the present stage of the migration.
     *
     * @throws IllegalArgumentException if nothing says whether a method reads or writes, a method can't be routed, a key names
     *     nothing, both implementations are the same object, the heartbeat is too slow for the lease, or there is no control
     *     storage
     * @throws UnsupportedCapabilityException if the control storage has no units of work, or joins transactions
     * @throws io.storeway.error.StorageException if the control storage fails
     */
    public Router<R> open() {
        Storage storage = control;
        if (storage == null) {
            throw new IllegalArgumentException("A router needs a control storage; name one by controlledBy");
        }
        storage.capabilities().reason(Capability.UNITS_OF_WORK).ifPresent(reason -> {
            throw new UnsupportedCapabilityException(
                    "The control storage of a router needs units of work: " + reason, ErrorContext.of("open"), null);
        });
        if (storage.joinsTransactions()) {
            throw new UnsupportedCapabilityException(
                    "The control storage of a router notes keys before it writes, and this one joins transactions of the"
                            + " application, which may undo that; open one without joinTransactions()",
                    ErrorContext.of("open"),
                    null);
        }
        RoutingOptions.requireRenewed(lease, heartbeat);
        Map<Method, RouterMethod> methods = methods();
        requireTwo();
        ControlRecords controls = new ControlRecords(storage, migration, clock);
        controls.prepare();
        storage.replica().prepare(List.of(Unsettled.TYPE));
        RoutingOptions options = options(methods);
        ShadowCounts counts = new ShadowCounts();
        Member member = new Member(
                controls,
                options,
                counts,
                new ReadHealth(clock, options.rollback().slow()));
        RouterCalls<R> calls = new RouterCalls<>(
                old,
                fresh,
                methods,
                List.copyOf(refusals),
                transaction,
                member,
                new Journal(storage, migration),
                options,
                counts);
        RouterControl moves = new RouterControl(controls, new Journal(storage, migration), options, member::refreshNow);
        R proxy = type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, calls));
        calls.refreshUnsettled();
        return new Router<>(proxy, calls, member, moves, options);
    }

    @SuppressWarnings("ReferenceEquality")
    private void requireTwo() {
        if (old == fresh) {
            throw new IllegalArgumentException("The two implementations of " + type.getSimpleName()
                    + " are one and the same, which would do every write twice; give one over each storage");
        }
    }

    private RoutingOptions options(Map<Method, RouterMethod> methods) {
        Set<String> signature = new TreeSet<>();
        methods.forEach((method, rule) -> signature.add(method.toGenericString() + rule.writes()));
        String planHash = Integer.toHexString(signature.hashCode());
        return RoutingOptions.ofRouter(
                migration, instance, planHash, clock, pause, lease, park, heartbeat, comparisons, sample);
    }

    private Map<Method, RouterMethod> methods() {
        Map<Method, RouterMethod> methods = new HashMap<>();
        Set<String> unknown = new TreeSet<>();
        Set<String> unused = new TreeSet<>(configured.keySet());
        for (Method method : type.getMethods()) {
            // A bridge method calls the method that overrides it, which is routed itself.
            if (Modifier.isStatic(method.getModifiers()) || method.isBridge() || ofObject(method)) {
                continue;
            }
            unused.remove(method.getName());
            Rule rule = rule(method);
            if (rule != null) {
                methods.put(method, RouterMethod.of(type, method, rule.writes(), rule.key()));
            } else if (!method.isDefault() || overrides(old, method) || overrides(fresh, method)) {
                unknown.add(RouterMethod.name(method));
            }
        }
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("Nothing says whether these methods read or write: "
                    + String.join(", ", unknown) + "; annotate them with @Reads or @Writes, or call reads or writes");
        }
        if (!unused.isEmpty()) {
            throw new IllegalArgumentException(type.getSimpleName() + " has no method " + String.join(", ", unused));
        }
        return methods;
    }

    /** Whether an implementation has a method of its own for a default method, which the proxy would not call. */
    private static boolean overrides(Object side, Method method) {
        try {
            return !Proxy.isProxyClass(side.getClass())
                    && !side.getClass()
                            .getMethod(method.getName(), method.getParameterTypes())
                            .getDeclaringClass()
                            .isInterface();
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private static boolean ofObject(Method method) {
        try {
            return Object.class.getMethod(method.getName(), method.getParameterTypes()) != null;
        } catch (NoSuchMethodException e) {
            return false;
        }
    }

    private @Nullable Rule rule(Method method) {
        Rule given = configured.get(method.getName());
        if (given != null) {
            return given;
        }
        Reads reads = method.getAnnotation(Reads.class);
        Writes writes = method.getAnnotation(Writes.class);
        if (reads != null && writes != null) {
            throw new IllegalArgumentException(RouterMethod.name(method) + " can't be both @Reads and @Writes");
        }
        return reads != null ? new Rule(false, reads.key()) : writes != null ? new Rule(true, writes.key()) : null;
    }
}
