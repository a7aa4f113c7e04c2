package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KeyValueStores;
import io.storeway.kv.KvStorage;
import io.storeway.kv.cloudflare.CloudflareKvStore;
import io.storeway.migrate.Migration;
import io.storeway.spi.KeyValueStore;
import io.storeway.sql.CloudflareD1;
import io.storeway.sql.SqlScript;
import io.storeway.sql.SqlScriptDialect;
import io.storeway.sql.SqlStorage;
import io.storeway.testkit.engine.CloudflareServer;
import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The bot's data goes from KV to D1, both on Cloudflare's local engine: to tables and back, and by a script. */
@EnabledIfSystemProperty(named = "storeway.cloudflare", matches = "true", disabledReason = "it needs -Pcloudflare")
class CloudflareTest {

    private static final int USERS = 20;

    @TempDir
    Path folder;

    private final CloudflareServer server = Engines.cloudflare();
    private final CloudflareKvStore namespace = CloudflareKvStore.open(server.newNamespace(), server.token());

    @Test
    void theBotMovesToTablesOfD1AndBack() {
        namespace.writeEach(D1MigrationTest.blobs(USERS));
        KeyValueStore store = KeyValueStores.open("mvstore:" + folder.resolve("back.mv"));
        try (Storage source = KvStorage.open(namespace, BotSchema.CATALOG);
                Storage rows = SqlStorage.open(
                        CloudflareD1.dataSource(server.newDatabase(), server.token()), BotSchema.CATALOG);
                Storage back = KvStorage.open(store, BotSchema.CATALOG)) {
            Migration there = Migration.from(source).to(rows).build();
            assertThat(there.backfill().writes()).isGreaterThan(3L * USERS);
            assertThat(there.verify().equal()).isTrue();
            assertThat(there.backfill().writes()).isZero();
            Migration home = Migration.from(rows).to(back).build();
            home.backfill();
            assertThat(home.verify().equal()).isTrue();
            assertThat(Migration.from(source).to(back).build().verify().equal()).isTrue();
        }
    }

    @Test
    void theBotMovesToD1ByAScript() throws IOException, SQLException {
        namespace.writeEach(D1MigrationTest.blobs(USERS));
        Path script = folder.resolve("bot.sql");
        try (Storage source = KvStorage.open(namespace, BotSchema.CATALOG);
                Storage rows = Storages.open("jdbc:sqlite:" + folder.resolve("bot.db"), BotSchema.CATALOG)) {
            Migration migration = Migration.from(source).to(rows).build();
            migration.backfill();
            assertThat(migration.verify().equal()).isTrue();
            SqlScript.write(rows, SqlScriptDialect.D1, script);
            DataSource database = CloudflareD1.dataSource(server.newDatabase(), server.token());
            for (int again = 0; again < 2; again++) {
                apply(Files.readString(script), database);
            }
            try (Storage copy = SqlStorage.open(database, BotSchema.CATALOG)) {
                assertThat(Migration.from(rows).to(copy).build().verify().equal())
                        .isTrue();
            }
        }
    }

    private static void apply(String script, DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement each = connection.createStatement()) {
            for (String statement : script.replaceAll("(?m)^--.*\n", "").split(";\n", -1)) {
                if (!statement.isBlank()) {
                    each.execute(statement);
                }
            }
        }
    }
}
