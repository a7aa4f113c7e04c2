package io.storeway.migrate.routing.internal.router;

import io.storeway.Key;
import io.storeway.error.StorageException;
import io.storeway.migrate.internal.Threads;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.Writes;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.membership.Member;
import io.storeway.migrate.routing.internal.membership.ShadowCounts;
import io.storeway.migrate.routing.internal.membership.View;
import io.storeway.migrate.routing.internal.reads.Latest;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The calls of a router's proxy. Thread-safe. */
public final class RouterCalls<R> implements InvocationHandler, AutoCloseable {

    private static final int SHADOW_QUEUE = 100;

    private final R old;
    private final R fresh;
    private final Map<Method, RouterMethod> methods;
    private final List<Class<? extends Throwable>> refusals;
    private final BooleanSupplier transaction;
    private final Member member;
    private final Journal journal;
    private final RoutingOptions options;
    private final ShadowCounts counts;
    /** The keys that may be unsettled as far as this instance knows, each with the number of the write that put it here. */
    private final Map<String, Long> unsettled = new ConcurrentHashMap<>();

    private final AtomicLong writes = new AtomicLong();
    private final AtomicInteger turn = new AtomicInteger();
    private final Latest<String> differences = new Latest<>();
    /** Apart from those of reads, as generated ids make every write differ and would push them out. */
    private final Latest<String> differingWrites = new Latest<>();

    private final ExecutorService shadowing = Threads.single("storeway-shadow", SHADOW_QUEUE);

    public RouterCalls(
            R old,
            R fresh,
            Map<Method, RouterMethod> methods,
            List<Class<? extends Throwable>> refusals,
            BooleanSupplier transaction,
            Member member,
            Journal journal,
            RoutingOptions options,
            ShadowCounts counts) {
        this.old = old;
        this.fresh = fresh;
        this.methods = methods;
        this.refusals = refusals;
        this.transaction = transaction;
        this.member = member;
        this.journal = journal;
        this.options = options;
        this.counts = counts;
    }

    // A proxy is equal to itself alone.
    @SuppressWarnings("ReferenceEquality")
    @Override
    public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (method.getDeclaringClass() == Object.class) {
            return switch (method.getName()) {
                case "equals" -> proxy == Objects.requireNonNull(arguments)[0];
                case "hashCode" -> System.identityHashCode(proxy);
                default -> "routed " + old;
            };
        }
        RouterMethod rule = methods.get(method);
        if (rule == null) {
            return inherited(proxy, method, arguments);
        }
        String key = rule.key(arguments);
        return rule.writes() ? write(rule, key == null ? Writes.ANY : key, arguments) : read(rule, key, arguments);
    }

    /** Calls a default method, also of an interface that is not public. */
    private static @Nullable Object inherited(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        Class<?> type = method.getDeclaringClass();
        if (Modifier.isPublic(type.getModifiers())) {
            return InvocationHandler.invokeDefault(proxy, method, arguments);
        }
        return MethodHandles.privateLookupIn(type, MethodHandles.lookup())
                .unreflectSpecial(method, type)
                .asFixedArity()
                .bindTo(proxy)
                .invokeWithArguments(arguments == null ? List.of() : Arrays.asList(arguments));
    }

    private @Nullable Object call(Side side, RouterMethod method, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        return method.call(side == Side.OLD ? old : fresh, arguments);
    }

    private @Nullable Object read(RouterMethod method, @Nullable String key, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        View view = member.reading(method.name());
        Side side = key == null ? view.readsAcross() : view.reads(() -> key);
        if (view.record().reading() == Stage.READ_NEW && side == Side.NEW && doubtful(key)) {
            side = Side.OLD;
        }
        Object answer = call(side, method, arguments);
        if (!readOnce(answer) && samples(view)) {
            compareLater(view, side, method, key, arguments, answer);
        }
        return answer;
    }

    private boolean doubtful(@Nullable String key) {
        return !unsettled.isEmpty() && (key == null || unsettled.containsKey(key) || unsettled.containsKey(Writes.ANY));
    }

    /** Whether an answer can't be compared: reading it would take it from the caller, and a second one would stay open. */
    private static boolean readOnce(@Nullable Object answer) {
        return answer instanceof AutoCloseable || answer instanceof Iterator || answer instanceof Enumeration;
    }

    private boolean samples(View view) {
        return (view.stage() == Stage.SHADOW || view.stage() == Stage.READ_NEW)
                && Math.floorMod(turn.getAndIncrement(), 100) < options.sample();
    }

    private void compareLater(
            View view,
            Side answered,
            RouterMethod method,
            @Nullable String key,
            @Nullable Object @Nullable [] arguments,
            @Nullable Object answer) {
        try {
            shadowing.execute(() -> compare(view, answered, method, key, arguments, answer));
        } catch (RejectedExecutionException full) {
            counts.drop();
        }
    }

    /** A difference counts if both sides give the same answers again, and the key is not unsettled. */
    private void compare(
            View view,
            Side answered,
            RouterMethod method,
            @Nullable String key,
            @Nullable Object @Nullable [] arguments,
            @Nullable Object answer) {
        try {
            Object other = call(answered.other(), method, arguments);
            if (!Objects.deepEquals(answer, other)) {
                refreshUnsettled();
                if (doubtful(key)
                        || !Objects.deepEquals(answer, call(answered, method, arguments))
                        || !Objects.deepEquals(other, call(answered.other(), method, arguments))) {
                    return;
                }
                differences.add(named(method, key));
                counts.compared(view.record().epoch(), false);
                return;
            }
            counts.compared(view.record().epoch(), true);
        } catch (Throwable e) {
            // The caller has its answer; that a side fails here is no difference.
            counts.drop();
        }
    }

    private static String named(RouterMethod method, @Nullable String key) {
        return method.name() + (key == null ? "" : " " + Key.of(key).redacted());
    }

    /** Those of reads, then those of writes. */
    public List<String> differences() {
        return Stream.of(differences, differingWrites)
                .flatMap(kept -> kept.all().stream())
                .toList();
    }

    /** Waits until what was sampled by now is compared. */
    public void settleShadow() throws Exception {
        shadowing.submit(() -> {}).get();
    }

    private @Nullable Object write(RouterMethod method, String key, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        if (transaction.getAsBoolean()) {
            throw new IllegalStateException(
                    method.name() + " is called within a transaction of the application, whose rollback would take the"
                            + " write from one side only; begin transactions within the implementations");
        }
        View view = member.enter(method.name());
        try {
            Side authority = Stages.authority(view.stage()).orElseThrow();
            return Stages.dual(view.stage())
                    ? both(view.stage(), authority, method, key, arguments)
                    : call(authority, method, arguments);
        } finally {
            member.leave(view);
        }
    }

    private @Nullable Object both(
            Stage stage, Side authority, RouterMethod method, String key, @Nullable Object @Nullable [] arguments)
            throws Throwable {
        String token = UUID.randomUUID().toString();
        journal.begin(key, token, options.clock().instant());
        unsettled.put(key, writes.incrementAndGet());
        Object answer;
        try {
            answer = call(authority, method, arguments);
        } catch (Throwable e) {
            if (refusals.stream().anyMatch(refusal -> refusal.isInstance(e))) {
                settle(key, token);
            } else {
                suspect(
                        key,
                        token,
                        "the deciding side failed with " + e.getClass().getSimpleName());
            }
            throw e;
        }
        Object other;
        try {
            other = call(authority.other(), method, arguments);
        } catch (Throwable e) {
            suspect(key, token, "the following side failed with " + e.getClass().getSimpleName());
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            return answer;
        }
        settle(key, token);
        // In DUAL_WRITE the following side has no copy yet, so a deletion finds what it may on one side only.
        if (stage != Stage.DUAL_WRITE && simple(answer) && simple(other) && !Objects.equals(answer, other)) {
            differingWrites.add(named(method, key.equals(Writes.ANY) ? null : key));
        }
        return answer;
    }

    /** Whether equals says all about what a write has returned; a record may have ids and times within. */
    private static boolean simple(@Nullable Object answer) {
        return answer == null
                || answer instanceof Boolean
                || answer instanceof String
                || answer instanceof Enum
                || (answer instanceof Number && answer instanceof Comparable)
                || (answer instanceof Optional<?> optional && simple(optional.orElse(null)));
    }

    /** Notes that both sides have the write, or neither. If that fails, the key stays unsettled and somebody looks at it. */
    private void settle(String key, String token) {
        try {
            journal.end(key, token);
        } catch (StorageException e) {
            counts.drop();
        }
    }

    private void suspect(String key, String token, String reason) {
        unsettled.put(key, writes.incrementAndGet());
        try {
            journal.suspect(key, token, reason, options.clock().instant());
        } catch (StorageException e) {
            // The note that was made when the write began stays.
            counts.drop();
        }
    }

    /** Learns which keys are unsettled. A key that is written meanwhile counts as unsettled until the next time. */
    public void refreshUnsettled() {
        Map<String, Long> before = Map.copyOf(unsettled);
        Set<String> now = new HashSet<>();
        journal.all().forEach(note -> now.add(note.key()));
        now.forEach(key -> unsettled.putIfAbsent(key, writes.incrementAndGet()));
        before.forEach((key, number) -> {
            if (!now.contains(key)) {
                unsettled.remove(key, number);
            }
        });
    }

    @Override
    public void close() {
        shadowing.shutdownNow();
    }
}
