package io.storeway.examples.feargreedbot;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageException;
import io.storeway.examples.BundledData;
import io.storeway.examples.kvapi.Namespace;
import io.storeway.kv.KeyValueStores;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first start moves a thousand users with all their dirt, whatever happens; later ones move nothing. */
class StartupMigrationTest {

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(BundledData.DUMPED_AT);
    private final RecordingLogger log = new RecordingLogger();

    @BeforeEach
    void loadNamespace() throws IOException {
        try (KeyValueStore dump = KeyValueStores.open("ndjson:" + BundledData.FEARGREED_1K.copyTo(folder));
                KeyValueStore namespace = KeyValueStores.open("mvstore:" + folder.resolve("namespace.mv"))) {
            assertThat(Namespace.mirror(dump, namespace).written()).isEqualTo(1_432);
        }
    }

    private Storage keyValue() {
        return Storages.open("mvstore:" + folder.resolve("namespace.mv"), BotSchema.CATALOG, clock);
    }

    private Storage database() {
        return Storages.open("jdbc:sqlite:" + folder.resolve("bot.db"), BotSchema.CATALOG, clock);
    }

    private RoutedStorage start(Storage keyValue, Storage database) {
        return StartupMigration.open(keyValue, database, clock, "bot", log);
    }

    private static long rows(Storage database) {
        return database.catalog().types().stream()
                .mapToLong(type -> database.repository(type).all().allowScan().count())
                .sum();
    }

    @Test
    void theFirstStartMovesEverythingAndTheSecondNothing() {
        try (Storage keyValue = keyValue();
                Storage database = database()) {
            try (RoutedStorage storage = start(keyValue, database)) {
                assertThat(storage.stage()).isEqualTo(Stage.COMPLETE);
                assertThat(rows(database)).isEqualTo(911 + 3_792 + 1_972 + 238 + 1);
                new Bot(storage, clock).subscriptions().addChatId("new");
            }
            assertThat(log.lines())
                    .extracting(RecordingLogger.Line::message)
                    .anySatisfy(
                            line -> assertThat(line).contains("users: 5 of 916").contains("users_pk"))
                    .anySatisfy(line -> assertThat(line).contains("watchlists: 326 of 4,118"));
            int logged = log.lines().size();
            try (RoutedStorage storage = start(keyValue, database)) {
                assertThat(new Bot(storage, clock).subscriptions().chatIdExists("new"))
                        .isTrue();
                assertThat(log.lines()).hasSize(logged);
            }
        }
    }

    @Test
    void aStartThatDiesAnywhereIsGoneOnWithByTheNext() {
        int deaths = 0;
        boolean started = false;
        for (long call = 20; !started; call *= 3) {
            FaultPlan plan = FaultPlan.none();
            long from = call;
            plan.when(any -> plan.calls() >= from, Fault.FAIL_BEFORE);
            try (Storage keyValue = keyValue();
                    Storage database = database()) {
                start(keyValue, Faults.of(plan).in(database)).close();
                started = true;
            } catch (StorageException e) {
                deaths++;
                clock.advance(Duration.ofSeconds(30));
            }
        }
        assertThat(deaths).isGreaterThan(1);
        try (Storage keyValue = keyValue();
                Storage database = database();
                RoutedStorage storage = start(keyValue, database)) {
            assertThat(storage.stage()).isEqualTo(Stage.COMPLETE);
            assertThat(rows(database)).isEqualTo(911 + 3_792 + 1_972 + 238 + 1);
        }
    }

    @Test
    void theNamespaceStaysAsItWas() throws IOException {
        try (Storage keyValue = keyValue();
                Storage database = database()) {
            start(keyValue, database).close();
        }
        try (KeyValueStore dump = KeyValueStores.open("ndjson:" + BundledData.FEARGREED_1K.copyTo(folder));
                KeyValueStore namespace = KeyValueStores.open("mvstore:" + folder.resolve("namespace.mv"))) {
            assertThat(Namespace.differences(dump, namespace)).isZero();
        }
    }

    @Test
    void theExampleRuns() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Main.show(folder, new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "The second start:",
                        "911 chats, stage COMPLETE",
                        "/history -> BUY SPY at 450.5, SELL SPY at 460.25");
        assertThat(List.of(folder.toFile().list())).contains("bot.db");
    }
}
