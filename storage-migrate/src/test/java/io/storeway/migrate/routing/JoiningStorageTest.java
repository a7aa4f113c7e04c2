package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.migrate.Migration;
import io.storeway.observe.ObservedStorage;
import io.storeway.sql.SqlStorage;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A storage that joins transactions of the application can't say when a write is final. */
class JoiningStorageTest {

    record Note(String id, String text) {}

    private static final EntityType<Note> NOTES =
            EntityType.of(Note.class).named("notes").identifiedBy(Note::id).build();
    private static final Catalog CATALOG = Catalog.of(NOTES);

    @TempDir
    Path folder;

    private final HikariDataSource pool = new HikariDataSource();
    private final Storage old = Storages.open("memory:", CATALOG);

    @BeforeEach
    void configure() {
        pool.setJdbcUrl("jdbc:sqlite:" + folder.resolve("a.db") + "?foreign_keys=on");
    }

    @AfterEach
    void close() {
        old.close();
        pool.close();
    }

    private Storage joining() {
        return ObservedStorage.of(
                SqlStorage.builder(pool, CATALOG).joinTransactions().open());
    }

    @Test
    void itIsNotRouted() {
        Storage joining = joining();
        assertThatThrownBy(
                        () -> RoutedStorage.between(old, joining).named("notes").open())
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("the new storage (sqlite) joins transactions");
    }

    @Test
    void itIsNotCached() {
        Storage joining = joining();
        assertThatThrownBy(() -> CachedStorage.over(joining, new MemoryStore()).open())
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("when a write is final");
    }

    @Test
    void itIsMigratedTo() {
        old.repository(NOTES).insert(new Note("1", "text"));
        Storage joining = joining();
        assertThat(Migration.from(old).to(joining).build().backfill().clean()).isTrue();
        assertThat(joining.repository(NOTES).find("1")).isPresent();
    }
}
