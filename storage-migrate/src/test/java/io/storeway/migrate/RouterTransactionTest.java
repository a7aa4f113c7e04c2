package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.migrate.routing.Reads;
import io.storeway.migrate.routing.Router;
import io.storeway.migrate.routing.Writes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A router beside transactions of the application, which one of its implementations joins. */
class RouterTransactionTest {

    interface Titles {
        @Writes(key = "0")
        void save(String title) throws SQLException;

        @Reads
        int count() throws SQLException;
    }

    /** Titles in a table, written in whatever transaction the connection is in. */
    private record Table(Connection connection) implements Titles {

        @Override
        public void save(String title) throws SQLException {
            try (PreparedStatement insert = connection.prepareStatement("INSERT INTO titles VALUES (?)")) {
                insert.setString(1, title);
                insert.executeUpdate();
            }
        }

        @Override
        public int count() throws SQLException {
            try (Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("SELECT COUNT(*) FROM titles")) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    @TempDir
    Path folder;

    private Connection oldDatabase;
    private Connection newDatabase;
    private Storage control;

    @BeforeEach
    void open() throws SQLException {
        oldDatabase = database("old.db");
        newDatabase = database("new.db");
        control = Storages.open("jdbc:sqlite:" + folder.resolve("control.db"), Catalog.of());
    }

    private Connection database(String name) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve(name));
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE titles (title TEXT)");
        }
        return connection;
    }

    @AfterEach
    void close() throws SQLException {
        control.close();
        newDatabase.close();
        oldDatabase.close();
    }

    private boolean inTransaction() {
        try {
            return !oldDatabase.getAutoCommit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aWriteWithinATransactionOfTheApplicationIsRefusedBeforeEitherSideIsCalled() throws Exception {
        Table old = new Table(oldDatabase);
        Table fresh = new Table(newDatabase);
        try (Router<Titles> router = Router.between(Titles.class, old, fresh)
                .controlledBy(control)
                .outsideOf(this::inTransaction)
                .open()) {
            router.control().advance("ann", "on");
            router.repository().save("outside");
            oldDatabase.setAutoCommit(false);
            assertThatThrownBy(() -> router.repository().save("within"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("save is called within a transaction of the application");
            assertThat(router.repository().count()).isEqualTo(1);
            oldDatabase.rollback();
            oldDatabase.setAutoCommit(true);
            assertThat(router.control().unsettled()).isEmpty();
            assertThat(old.count()).isEqualTo(1);
            assertThat(fresh.count()).isEqualTo(1);
        }
    }
}
