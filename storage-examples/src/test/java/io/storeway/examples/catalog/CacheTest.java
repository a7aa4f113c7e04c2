package io.storeway.examples.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.examples.BundledData;
import io.storeway.examples.catalog.CatalogSchema.Item;
import io.storeway.examples.catalog.Health.Status;
import io.storeway.examples.catalog.Ingestion.Submission;
import io.storeway.examples.catalog.Search.Filter;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CacheStatistics;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the cache does for the application, and what a failure of either part does to it. */
class CacheTest {

    private static final List<String> JAVA = List.of("books", "English", "Java");

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final AtomicBoolean databaseDown = new AtomicBoolean();
    private final AtomicBoolean cacheDown = new AtomicBoolean();
    private final MemoryStore store = new MemoryStore();
    private Storage database;
    private CatalogApp app;

    @BeforeEach
    void open() {
        database = Storages.open("jdbc:sqlite:" + folder.resolve("catalog.db"), CatalogSchema.CATALOG, clock);
        Storage breaking = Faults.of(FaultPlan.none().when(call -> databaseDown.get(), Fault.FAIL_BEFORE))
                .in(database);
        KeyValueStore cache = Faults.of(FaultPlan.none().when(call -> cacheDown.get(), Fault.FAIL_BEFORE))
                .in(store);
        app = CatalogApp.open(breaking, cache, clock, 1_000);
        app.ingestion().ingest(List.of(item(1)));
    }

    @AfterEach
    void close() {
        app.close();
        store.close();
        database.close();
    }

    private static Submission item(int number) {
        return new Submission("Item " + number, "https://example.org/" + number, null, null, List.of(JAVA));
    }

    private static String id(int number) {
        return Hashes.ofUrl("https://example.org/" + number);
    }

    private CacheStatistics statistics() {
        return app.health().check().statistics();
    }

    @Test
    void theSecondReadAsksTheCacheAlone() {
        app.search().item(id(1));
        CacheStatistics first = statistics();
        databaseDown.set(true);
        assertThat(app.search().item(id(1))).isPresent();
        CacheStatistics second = statistics();
        assertThat(second.hits()).isEqualTo(first.hits() + 1);
        assertThat(second.misses()).isEqualTo(first.misses());
        assertThat(second.hitRate()).isBetween(0.1, 1.0);
    }

    @Test
    void aSearchWithinACategoryIsAnsweredByTheCacheAndSeesANewItemAtOnce() {
        Filter java = Filter.ALL.category(JAVA);
        assertThat(app.search().count(java)).isEqualTo(1);
        long misses = statistics().misses();
        assertThat(app.search().count(java.text("Item"))).isEqualTo(1);
        assertThat(statistics().misses()).isEqualTo(misses);
        app.ingestion().ingest(List.of(item(2)));
        assertThat(app.search().find(java, 10, null).items())
                .extracting(Item::name)
                .containsExactly("Item 1", "Item 2");
    }

    @Test
    void whatIsWrittenPastTheCacheShowsWhenTheTimeIsOver() {
        Filter java = Filter.ALL.category(JAVA);
        app.search().count(java);
        database.repository(CatalogSchema.ITEMS).delete(id(1));
        clock.advance(Duration.ofMinutes(4));
        assertThat(app.search().count(java)).isEqualTo(1);
        clock.advance(Duration.ofMinutes(3));
        assertThat(app.search().count(java)).isZero();
    }

    @Test
    void withoutItsCacheTheApplicationIsSlowerAndSaysSo() {
        assertThat(app.health().check().status()).isEqualTo(Status.UP);
        cacheDown.set(true);
        assertThat(app.search().item(id(1))).isPresent();
        assertThat(app.ingestion().ingest(List.of(item(2))).items()).isEqualTo(1);
        Health.Report report = app.health().check();
        assertThat(report.status()).isEqualTo(Status.DEGRADED);
        assertThat(report.cache().failure()).isEqualTo("StorageUnavailableException");
        assertThat(report.statistics().cacheFailures()).isPositive();
        assertThat(report.database().failure()).isNull();
    }

    @Test
    void withoutItsDatabaseItServesItemsItHasSeenForADayMore() {
        app.search().item(id(1));
        clock.advance(Duration.ofHours(25));
        databaseDown.set(true);
        assertThat(app.search().item(id(1))).isPresent();
        assertThatThrownBy(() -> app.search().item(id(2))).isInstanceOf(StorageUnavailableException.class);
        Health.Report report = app.health().check();
        assertThat(report.status()).isEqualTo(Status.DOWN);
        assertThat(report.database().name()).isEqualTo("sqlite");
        assertThat(report.statistics().staleHits()).isEqualTo(1);
    }

    @Test
    void aDatabaseThatDoesNotEnforceUniqueKeysIsRefused() {
        try (Storage blobs = Storages.open("memory:", CatalogSchema.CATALOG)) {
            assertThatThrownBy(() -> CatalogApp.open(blobs, store, clock))
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("UNIQUE_KEYS");
        }
    }

    @Test
    void theListsGoInWithAllTheirCategories() throws IOException {
        List<Submission> items = CatalogDump.read(BundledData.CATALOG_1K.copyTo(folder));
        assertThat(items).hasSize(1_042);
        Ingestion.Ingested all = app.ingestion().ingest(items);
        assertThat(all.items()).isEqualTo(1_042);
        assertThat(all.categories()).isEqualTo(232);
        assertThat(app.search().count(Filter.ALL.category(List.of("casts")))
                        + app.search().count(Filter.ALL.category(List.of("more"))))
                .isGreaterThanOrEqualTo(1_042);
    }

    @Test
    void theExampleRuns() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Main.show(Files.createDirectory(folder.resolve("example")), new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("signed in: Ann", "again: Ingested[items=0, categories=0, placements=0]")
                .contains("health:   UP", "activity: {INGEST=1, SEARCH=3}", "signed out: true");
    }
}
