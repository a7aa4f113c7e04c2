package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.call.Interposed;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How often a write goes to each of two key-value stores, where each call is a way to a server and back. */
class RoundTripsTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final Set<String> WAYS = Set.of("get", "getAll", "list", "commit", "writeEach");

    private final List<String> calls = new ArrayList<>();
    private final RoutedStorage routed = RoutedStorage.between(storage("old"), storage("new"))
            .controlledBy(KvStorage.open(new MemoryStore(), CATALOG))
            .followers(0)
            .shadowComparisons(0)
            .shadowSample(0)
            .stepwise(time -> {})
            .open();
    private final Repository<Entry> entries = routed.repository(MovesTest.ENTRIES);

    private Storage storage(String name) {
        KeyValueStore store = Interposed.store(new MemoryStore(), call -> {
            if (WAYS.contains(call.verb())) {
                calls.add(name + " " + call.verb());
            }
            return call.proceed();
        });
        return KvStorage.open(store, CATALOG);
    }

    @AfterEach
    void close() {
        routed.close();
    }

    private void moveTo(Stage stage) {
        entries.save(new Entry("o", "n", 1));
        Moves.to(routed, stage);
        calls.clear();
    }

    @Test
    void beforeTheMigrationAWriteReadsOnceAndCommitsOnce() {
        moveTo(Stage.OFF);
        entries.save(new Entry("o", "n", 2));
        assertThat(calls).containsExactly("old getAll", "old commit");
    }

    @Test
    void aWriteToBothReadsOnceAndCommitsOnceOnEach() {
        moveTo(Stage.DUAL_WRITE);
        entries.save(new Entry("o", "n", 2));
        assertThat(calls).containsExactly("old getAll", "old commit", "new getAll", "new commit");
    }

    @Test
    void aDeletionDoesToo() {
        moveTo(Stage.DUAL_WRITE);
        assertThat(entries.delete("o", "n")).isTrue();
        assertThat(calls).containsExactly("old getAll", "old commit", "new getAll", "new commit");
    }

    @Test
    void aUnitOfWorkReadsOnceMoreForItsVersionsAndMarks() {
        moveTo(Stage.DUAL_WRITE);
        routed.transact(unit -> {
            unit.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 2));
            return true;
        });
        assertThat(calls).containsExactly("old get", "old get", "old getAll", "old commit", "new getAll", "new commit");
    }
}
