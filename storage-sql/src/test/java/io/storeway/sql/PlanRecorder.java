package io.storeway.sql;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A DataSource that has the engine explain every query before it runs, with the same values. */
final class PlanRecorder {

    private final Engine engine;
    private final DataSource dataSource;
    private final List<String> plans = new ArrayList<>();
    private boolean recording;

    PlanRecorder(Engine engine, DataSource dataSource) {
        this.engine = engine;
        this.dataSource = dataSource;
    }

    private interface Call {
        @Nullable
        Object answer(Method method, Object[] arguments) throws Throwable;
    }

    private static <T> T proxy(Class<T> type, Object target, Call call) {
        InvocationHandler handler = (self, method, arguments) -> {
            try {
                if (method.getName().equals("isWrapperFor")) {
                    return false;
                }
                Object answer = call.answer(method, arguments);
                return answer == null ? method.invoke(target, arguments) : answer;
            } catch (InvocationTargetException e) {
                throw e.getTargetException();
            }
        };
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    DataSource dataSource() {
        return proxy(
                DataSource.class,
                dataSource,
                (method, arguments) ->
                        method.getName().equals("getConnection") ? connection(dataSource.getConnection()) : null);
    }

    private Connection connection(Connection connection) {
        return proxy(
                Connection.class,
                connection,
                (method, arguments) -> method.getName().equals("prepareStatement")
                        ? statement(connection, (String) arguments[0])
                        : null);
    }

    private PreparedStatement statement(Connection connection, String sql) throws SQLException {
        Map<Integer, Object> bound = new TreeMap<>();
        return proxy(PreparedStatement.class, connection.prepareStatement(sql), (method, arguments) -> {
            if (method.getName().equals("setObject")) {
                bound.put((Integer) arguments[0], arguments[1]);
            } else if (recording && method.getName().startsWith("execute") && !sql.startsWith("INSERT")) {
                plans.add(sql + "\n" + explain(connection, sql, bound));
            }
            return null;
        });
    }

    private String explain(Connection connection, String sql, Map<Integer, Object> bound) throws SQLException {
        String explain = (engine == Engine.SQLITE ? "EXPLAIN QUERY PLAN " : "EXPLAIN ") + sql;
        StringBuilder plan = new StringBuilder();
        try (PreparedStatement statement = connection.prepareStatement(explain)) {
            for (Map.Entry<Integer, Object> value : bound.entrySet()) {
                statement.setObject(value.getKey(), value.getValue());
            }
            try (ResultSet rows = statement.executeQuery()) {
                int width = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    for (int i = 1; i <= width; i++) {
                        plan.append(rows.getString(i)).append(i < width ? " | " : "\n");
                    }
                }
            }
        }
        return plan.toString();
    }

    /** The statements that were run meanwhile, each with its plan. */
    List<String> during(Runnable work) {
        plans.clear();
        recording = true;
        try {
            work.run();
        } finally {
            recording = false;
        }
        return List.copyOf(plans);
    }

    /** Whether the plan reads a table, or an index without a limit, from end to end. */
    boolean scans(String plan) {
        boolean limited = plan.contains("LIMIT ?");
        return plan.lines().skip(1).anyMatch(line -> switch (engine) {
            case SQLITE ->
                line.contains("SCAN ") && !line.contains("json_each") && !(limited && line.contains("USING"));
            case H2 -> line.contains("tableScan") || (!limited && line.matches(" */\\* PUBLIC\\.\\S+ \\*/"));
            case POSTGRESQL -> line.contains("Seq Scan");
            case MARIADB -> line.contains(" | ALL | ") || (!limited && line.contains(" | index | "));
        });
    }

    /** Whether the plan puts all of its rows in order by itself. */
    boolean sorts(String plan) {
        return switch (engine) {
            case SQLITE -> plan.contains("TEMP B-TREE FOR ORDER BY");
            case H2 -> plan.contains("ORDER BY") && !plan.contains("index sorted");
            case POSTGRESQL -> plan.lines().anyMatch(line -> line.matches("(.*-> )? *Sort  .*"));
            case MARIADB -> plan.contains("Using filesort") || plan.contains("Using temporary");
        };
    }
}
