package io.storeway.examples.bookstrack;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.cloudflare.CloudflareKvStore;
import io.storeway.migrate.Migration;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.engine.CloudflareServer;
import io.storeway.testkit.engine.Engines;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The books leave Cloudflare's local engine. */
@EnabledIfSystemProperty(named = "storeway.cloudflare", matches = "true", disabledReason = "it needs -Pcloudflare")
class CloudflareTest {

    private static final int BOOKS = 300;
    private static final int MOST_RUNS = 50;

    @TempDir
    Path folder;

    private final CloudflareServer server = Engines.cloudflare();
    private final CloudflareKvStore namespace = CloudflareKvStore.open(server.newNamespace(), server.token());

    private static Write put(String key, String json) {
        return Write.put(key, json.getBytes(StandardCharsets.UTF_8));
    }

    private static Write book(int number, String title) {
        String isbn = "%013d".formatted(9780000000000L + number);
        return put(
                "book:isbn:" + isbn,
                "{\"isbn\":\"%s\",\"title\":\"%s\",\"authors\":[\"A. Author\"]}".formatted(isbn, title));
    }

    @ParameterizedTest
    @ValueSource(strings = {"sqlite", "postgresql"})
    void itMigratesWhileWritersGoOn(String engine) {
        namespace.writeEach(
                IntStream.range(0, BOOKS).mapToObj(i -> book(i, "Title " + i)).toList());
        String uri = engine.equals("sqlite")
                ? "jdbc:sqlite:" + folder.resolve("books.db")
                : Engines.postgres().newDatabase();
        AtomicBoolean writing = new AtomicBoolean(true);
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int written = 0;
            while (writing.get()) {
                namespace.writeEach(List.of(book(BOOKS + written, "New"), book(written, "Changed")));
                written++;
            }
            return written;
        });
        try (Storage source = KvStorage.open(namespace, Bookstrack.CATALOG);
                Storage target = Storages.open(uri, Bookstrack.CATALOG)) {
            Migration migration = Migration.from(source).to(target).build();
            assertThat(migration.backfill().writes()).isGreaterThanOrEqualTo(BOOKS);
            writing.set(false);
            int written = writer.join();
            assertThat(written).isPositive();
            // A writer's last second, and on the hosted service its last minute, is seen by a later run.
            long writes = 1;
            for (int run = 0; writes > 0 && run < MOST_RUNS; run++) {
                writes = migration.backfill().writes();
            }
            assertThat(writes).isZero();
            assertThat(migration.verify().equal()).isTrue();
            assertThat(target.repository(Book.BOOKS).all().allowScan().count()).isEqualTo(BOOKS + written);
        }
    }
}
