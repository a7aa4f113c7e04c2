package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.sql.SqlStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.sqlite.SQLiteDataSource;

/** What a migration leaves beside the data is deleted as docs/migrating.md says, and nobody misses it. */
class AfterwardsTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final List<Entry> FIRST = entries(0, 40);
    private static final List<Entry> LATER = entries(20, 60);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final SQLiteDataSource database = new SQLiteDataSource();
    private String chapter = "";

    @BeforeEach
    void read() throws IOException {
        database.setUrl("jdbc:sqlite:" + folder.resolve("data.db"));
        String runbook = Files.readString(Path.of("../docs/migrating.md"));
        chapter = runbook.substring(runbook.indexOf("\n## Afterwards"), runbook.indexOf("\n## Limits"));
    }

    private static List<Entry> entries(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> new Entry("o" + i % 7, "n" + i, i))
                .toList();
    }

    private List<String> named(String pattern) {
        List<String> names = new ArrayList<>();
        for (Matcher matcher = Pattern.compile("`(" + pattern + ")`").matcher(chapter); matcher.find(); ) {
            names.add(matcher.group(1));
        }
        return names;
    }

    private Storage blobs() {
        return KvStorage.open(store, CATALOG);
    }

    private Storage rows() {
        return SqlStorage.open(database, CATALOG);
    }

    private static void move(Storage old, Storage fresh, String name) {
        try (RoutedStorage routed = Moves.quiet(old, fresh).named(name).open()) {
            Moves.to(routed, Stage.LIVE);
            routed.repository(MovesTest.ENTRIES)
                    .deleteAll(FIRST.subList(0, 15).stream()
                            .map(entry -> Key.of(entry.owner(), entry.name()))
                            .toList());
            routed.repository(MovesTest.ENTRIES).saveAll(LATER);
            Moves.to(routed, Stage.COMPLETE);
        }
    }

    private void deleteKeys() {
        for (String prefix : named("__storeway:[a-z:]+:")) {
            delete(store, prefix);
        }
    }

    private static void delete(KeyValueStore store, String prefix) {
        @Nullable String cursor = null;
        do {
            Listing page = store.list(prefix, cursor, 500);
            store.commit(
                    List.of(),
                    page.entries().stream()
                            .map(entry -> Write.delete(entry.key()))
                            .toList());
            cursor = page.next();
        } while (cursor != null);
    }

    private List<String> tables() {
        return Jdbi.create(database)
                .withHandle(handle -> handle.createQuery(
                                "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'storeway%'")
                        .mapTo(String.class)
                        .list());
    }

    private void dropTables() {
        for (String table : named("storeway_[a-z_]+")) {
            Jdbi.create(database).useHandle(handle -> handle.execute("DROP TABLE IF EXISTS " + table));
        }
    }

    @Test
    void nothingOfAMigrationIsMissedOnceItIsOver() {
        try (Storage old = blobs();
                Storage fresh = rows()) {
            old.repository(MovesTest.ENTRIES).saveAll(FIRST);
            move(old, fresh, "there");
        }
        assertThat(tables()).contains("storeway_partition", "storeway_part");
        assertThat(store.list("__storeway", null, 500).entries()).isNotEmpty();
        dropTables();
        deleteKeys();
        assertThat(tables()).containsExactly("storeway_operation");
        assertThat(store.list("__storeway", null, 500).entries()).isEmpty();
        try (Storage old = rows();
                Storage fresh = blobs()) {
            assertThat(old.repository(MovesTest.ENTRIES).all().allowScan().list())
                    .containsExactlyInAnyOrderElementsOf(entries(15, 60));
            move(old, fresh, "back");
            assertThat(Migration.from(old).to(fresh).build().verify().equal()).isTrue();
            assertThat(fresh.repository(MovesTest.ENTRIES).all().allowScan().list())
                    .containsExactlyInAnyOrderElementsOf(entries(15, 60));
        }
    }
}
