package io.storeway.bench.access;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** JDBC by hand: a pool, and prepared statements that are kept for each physical connection. Used by one thread. */
final class HandWrittenAccess implements Access {

    private interface Use<R> {
        R of(PreparedStatement statement) throws SQLException;
    }

    private final DataSource pool;
    private final String upsert;
    private final Map<Connection, Map<String, PreparedStatement>> kept = new HashMap<>();

    HandWrittenAccess(DataSource pool, String engine) {
        this.pool = pool;
        this.upsert = Columns.upsert(engine);
    }

    private <R> R with(Connection connection, String sql, Use<R> use) throws SQLException {
        Connection physical = connection.unwrap(Connection.class);
        Map<String, PreparedStatement> statements = kept.computeIfAbsent(physical, any -> new HashMap<>());
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = physical.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return use.of(statement);
    }

    private <R> R with(String sql, Use<R> use) {
        try (Connection connection = pool.getConnection()) {
            return with(connection, sql, use);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Purchase> list(PreparedStatement statement) throws SQLException {
        List<Purchase> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(Columns.read(rows));
            }
        }
        return found;
    }

    @Override
    public Purchase find(String id) {
        return with(Columns.FIND, statement -> {
            statement.setString(1, id);
            return list(statement).get(0);
        });
    }

    @Override
    public void upsert(Purchase purchase) {
        with(upsert, statement -> {
            Columns.bind(statement, purchase);
            return statement.executeUpdate();
        });
    }

    @Override
    public List<Purchase> ofCustomer(String customer) {
        return with(Columns.OF_CUSTOMER, statement -> {
            statement.setString(1, customer);
            return list(statement);
        });
    }

    @Override
    public List<Purchase> latest(String status, long from, long to, int limit) {
        return with(Columns.LATEST, statement -> {
            statement.setString(1, status);
            statement.setLong(2, from);
            statement.setLong(3, to);
            statement.setInt(4, limit);
            return list(statement);
        });
    }

    @Override
    public void upsertAll(List<Purchase> purchases) {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            with(connection, upsert, statement -> {
                for (Purchase purchase : purchases) {
                    Columns.bind(statement, purchase);
                    statement.addBatch();
                }
                return statement.executeBatch();
            });
            connection.commit();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        kept.clear();
    }
}
