package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KeyValueStores;
import io.storeway.kv.KvStorage;
import io.storeway.migrate.Migration;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.engine.D1Server;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bot's blobs become rows of D1, are verified, change, and go back. */
class D1MigrationTest {

    private static final int USERS = 60;
    private static final D1Server SERVER = new D1Server(System.getenv("PATH"));

    @TempDir
    Path folder;

    @AfterAll
    static void close() {
        SERVER.close();
    }

    /** A database, with the token from a variable that there always is. */
    private static String database(String name) {
        return SERVER.uri(name) + "&tokenVariable=PATH";
    }

    /** The blobs of so many users; one of them has an item that no table takes. */
    static List<Write> blobs(int users) {
        List<Write> blobs = new ArrayList<>();
        blobs.add(put(
                "chat_ids",
                IntStream.range(0, users).mapToObj(Integer::toString).collect(Collectors.joining(",", "[", "]"))));
        for (int user = 0; user < users; user++) {
            blobs.add(put("watchlist:" + user, "[\"SPY\",\"T" + user + "\"]"));
            blobs.add(put("active_position:" + user, "{\"ticker\":\"SPY\",\"entryPrice\":450." + user + "}"));
            blobs.add(
                    put(
                            "execution_history:" + user,
                            "[{\"signalType\":\"BUY\",\"ticker\":\"SPY\",\"executionPrice\":0.1,\"executionDate\":1700000000000}]"));
        }
        blobs.add(put("active_position:unreadable", "{\"ticker\":"));
        return blobs;
    }

    private static Write put(String key, String json) {
        return Write.put(key, json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void blobsBecomeRowsOfD1AndGoBackEqual() {
        KeyValueStore store = KeyValueStores.open("mvstore:" + folder.resolve("bot.mv"));
        try (Storage blobs = KvStorage.open(store, BotSchema.CATALOG);
                Storage rows = Storages.open(database("bot"), BotSchema.CATALOG);
                Storage back = Storages.open("mvstore:" + folder.resolve("back.mv"), BotSchema.CATALOG)) {
            store.writeEach(blobs(USERS));
            Migration there = Migration.from(blobs).to(rows).build();
            assertThat(there.backfill().writes()).isGreaterThan(3L * USERS);
            assertThat(there.verify().equal()).isTrue();
            assertThat(there.backfill().writes()).isZero();
            store.writeEach(List.of(put("watchlist:7", "[\"QQQ\"]"), Write.delete("active_position:8")));
            there.backfill();
            assertThat(rows.repository(BotSchema.WATCHLISTS).partition("7").list())
                    .hasSize(1);
            Migration home = Migration.from(rows).to(back).build();
            assertThat(home.backfill().writes()).isGreaterThan(3L * USERS);
            assertThat(home.verify().equal()).isTrue();
        }
    }
}
