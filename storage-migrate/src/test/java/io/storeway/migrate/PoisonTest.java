package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PoisonTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    @Test
    void anItemThatAnUndeclaredRuleRefusesIsFoundAmongItsSiblings() throws SQLException {
        MemoryStore store = new MemoryStore();
        Shop.fill(store);
        try (Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
                Storage target = Storages.open("jdbc:sqlite:" + folder + "/data.db", Shop.CATALOG, CLOCK)) {
            refuse("books", "title", "Title 13");
            refuse("shelves", "isbn", "b042");
            BackfillReport report =
                    Migration.from(source).to(target).clock(CLOCK).build().backfill();
            assertThat(report.entities().get(1).written()).isEqualTo(59);
            List<String> poison = new ArrayList<>();
            Migration.from(source).to(target).clock(CLOCK).build().residue(item -> {
                String payload = new String(item.residue().payload(), StandardCharsets.UTF_8);
                if (payload.contains("Title 13") || payload.contains("b042")) {
                    poison.add(item.entity() + " " + item.partition());
                }
            });
            assertThat(poison).contains("books b013").anyMatch(item -> item.startsWith("shelves u"));
            assertThat(target.repository(Shop.BOOKS).exists("b012")).isTrue();
            assertThat(Migration.from(source)
                            .to(target)
                            .clock(CLOCK)
                            .build()
                            .verify()
                            .equal())
                    .isTrue();
        }
    }

    private void refuse(String table, String column, String value) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder + "/data.db");
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE TRIGGER \"no_%1$s\" BEFORE INSERT ON \"%1$s\" WHEN NEW.\"%2$s\" = '%3$s' "
                            .formatted(table, column, value)
                    + "BEGIN SELECT RAISE(ABORT, 'poison'); END");
        }
    }
}
