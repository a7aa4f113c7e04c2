package io.storeway.testkit.engine;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A running SQL server that gives each test a database of its own. Thread-safe. */
public final class SqlServer {

    private final String adminUri;
    private final String template;
    private final String create;
    private final AtomicInteger databases = new AtomicInteger();

    /**
     * A server.
     *
     * @param adminUri the URI of the database in which others are created
     * @param template the URI of a database, with {@code %s} for its name
     * @param create the statement that creates one, with {@code %s} for its name
     */
    SqlServer(String adminUri, String template, String create) {
        this.adminUri = adminUri;
        this.template = template;
        this.create = create;
    }

    /** Creates an empty database and returns its JDBC URI, which holds all that is needed to connect. */
    public String newDatabase() {
        String name = "test_" + databases.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(adminUri);
                Statement statement = connection.createStatement()) {
            statement.execute(create.formatted(name));
        } catch (SQLException e) {
            throw new IllegalStateException("A database for a test can't be created", e);
        }
        return template.formatted(name);
    }
}
