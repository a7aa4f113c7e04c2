package io.storeway.testkit.fault;

import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.StoreCall;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * A data source whose connections break as a {@link FaultPlan} says. The verbs of its calls are {@code getConnection}, {@code
 * execute} with the statement's text as first argument, {@code commit} and {@code rollback}.
 *
 * <p>A broken connection is closed, which makes the engine roll back, and the call throws an {@link SQLException} with the
 * state 08006, whether or not the commit before it happened ({@link Fault#FAIL_AFTER}): real drivers say no more.
 * {@link Fault#PARTIAL_BATCH}, {@link Fault#DUPLICATE} and {@link Fault#STALE_READ} are ignored. The text of
 * every statement is kept, for tests that look for values in it.
 */
public final class FaultyDataSource {

    private static final Set<String> EXECUTIONS = Set.of(
            "execute", "executeQuery", "executeUpdate", "executeBatch", "executeLargeUpdate", "executeLargeBatch");
    private static final Set<String> PREPARATIONS = Set.of("prepareStatement", "prepareCall");

    private final DataSource inner;
    private final FaultPlan plan;
    private final @Nullable ManualClock clock;
    private final Duration delay;
    private final ConcurrentLinkedQueue<String> statements = new ConcurrentLinkedQueue<>();

    private FaultyDataSource(DataSource inner, FaultPlan plan, @Nullable ManualClock clock, Duration delay) {
        this.inner = inner;
        this.plan = plan;
        this.clock = clock;
        this.delay = delay;
    }

    /** Breaks connections of the data source by the plan. */
    public static FaultyDataSource of(DataSource inner, FaultPlan plan) {
        return new FaultyDataSource(inner, plan, null, Duration.ZERO);
    }

    /** The same data source, where {@link Fault#DELAY} moves the clock by the duration. */
    public FaultyDataSource delaying(ManualClock moved, Duration by) {
        return new FaultyDataSource(inner, plan, moved, by);
    }

    /** For {@link FaultPlan#when}: the call executes a statement whose text fulfils the predicate. */
    public static Predicate<StoreCall> statement(Predicate<String> fits) {
        return call -> call.verb().equals("execute")
                && fits.test(String.valueOf(call.arguments().get(0)));
    }

    /** The data source for the code under test. */
    public DataSource dataSource() {
        return proxy(DataSource.class, inner, null, "");
    }

    /** The text of every statement that was executed, in order. */
    public List<String> statements() {
        return List.copyOf(statements);
    }

    private <T> T proxy(Class<T> type, T target, @Nullable Connection connection, String sql) {
        return type.cast(Proxy.newProxyInstance(
                FaultyDataSource.class.getClassLoader(), new Class<?>[] {type}, new Handler(target, connection, sql)));
    }

    private final class Handler implements InvocationHandler {
        private final Object target;
        private final @Nullable Connection connection;
        private final String sql;

        Handler(Object target, @Nullable Connection connection, String sql) {
            this.target = target;
            this.connection = connection;
            this.sql = sql;
        }

        @Override
        public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] given)
                throws Throwable {
            String name = method.getName();
            String text = given != null && given.length > 0 && given[0] instanceof String first ? first : sql;
            if (target instanceof Statement && EXECUTIONS.contains(name)) {
                statements.add(text);
                return faulty("execute", List.of(text), method, given);
            }
            boolean faulty =
                    name.equals("getConnection") || (target instanceof Connection && endsTransaction(name, given));
            Object answer = faulty ? faulty(name, List.of(), method, given) : call(method, given);
            if (answer instanceof Connection opened && target instanceof DataSource) {
                return proxy(Connection.class, opened, opened, "");
            }
            if (answer instanceof PreparedStatement statement && PREPARATIONS.contains(name)) {
                return proxy(PreparedStatement.class, statement, connection, text);
            }
            if (answer instanceof Statement statement && name.equals("createStatement")) {
                return proxy(Statement.class, statement, connection, "");
            }
            return answer;
        }

        private static boolean endsTransaction(String name, @Nullable Object @Nullable [] given) {
            return name.equals("commit") || (name.equals("rollback") && given == null);
        }

        private @Nullable Object faulty(
                String verb, List<@Nullable Object> facts, Method method, @Nullable Object @Nullable [] given)
                throws Throwable {
            StoreCall call = StoreCall.of(verb, facts, arguments -> call(method, given));
            Fault fault = plan.next(call);
            if (fault == Fault.FAIL_BEFORE || fault == Fault.LOST_REQUEST) {
                plan.fired(call, fault);
                throw broken();
            }
            if (fault == Fault.DELAY && clock != null) {
                clock.advance(delay);
                plan.fired(call, fault);
            }
            Object answer = call.proceed();
            if (fault == Fault.FAIL_AFTER) {
                plan.fired(call, fault);
                if (answer instanceof Connection opened) {
                    // The caller never gets the connection, so it must be closed here.
                    opened.close();
                }
                throw broken();
            }
            return answer;
        }

        private SQLException broken() throws SQLException {
            if (connection != null) {
                connection.abort(Runnable::run);
            }
            return new SQLNonTransientConnectionException("The connection was cut by a fault", "08006");
        }

        private @Nullable Object call(Method method, @Nullable Object @Nullable [] given) throws Throwable {
            try {
                return method.invoke(target, given);
            } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
            }
        }
    }
}
