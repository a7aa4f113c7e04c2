package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.StorageUnavailableException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A thread that is interrupted while all connections of the pool are lent. */
class InterruptedWaitTest {

    private static final EntityType<Row> NOTES = EntityType.ofRows("notes")
            .field("id", FieldType.TEXT)
            .identifiedBy(FieldRef.named("id"))
            .build();

    @TempDir
    Path folder;

    @Test
    void aThreadThatIsInterruptedInTheQueueOfThePoolIsToldSo() throws SQLException {
        try (HikariDataSource pool = new HikariDataSource()) {
            pool.setJdbcUrl("jdbc:sqlite:" + folder.resolve("notes.db") + "?foreign_keys=on");
            pool.setMaximumPoolSize(1);
            try (Storage storage = SqlStorage.open(pool, Catalog.of(NOTES));
                    Connection lent = pool.getConnection()) {
                assertThat(lent.isClosed()).isFalse();
                Thread.currentThread().interrupt();
                assertThatExceptionOfType(StorageUnavailableException.class)
                        .isThrownBy(() -> storage.repository(NOTES).find("1"))
                        .withMessageContaining("interrupted while it waited for a connection");
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        }
    }
}
