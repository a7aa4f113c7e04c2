package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.MigrationException;
import org.junit.jupiter.api.Test;

/** Whoever only looks at a migration doesn't begin it. */
class BeginningTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);

    private final MemoryStore oldStore = new MemoryStore();
    private final MemoryStore newStore = new MemoryStore();
    private final Storage old = KvStorage.open(oldStore, CATALOG);
    private final Storage fresh = KvStorage.open(newStore, CATALOG);

    private RoutedStorageBuilder named(String name) {
        return RoutedStorage.between(old, fresh).named(name).controlledBy(fresh);
    }

    private void nothingIsWritten() {
        assertThat(oldStore.list("", null, 10).entries()).isEmpty();
        assertThat(newStore.list("", null, 10).entries()).isEmpty();
    }

    @Test
    void lookingAtAMigrationThatNobodyHasBegunWritesNothing() {
        assertThatThrownBy(() -> named("books").control())
                .isInstanceOf(MigrationException.class)
                .hasMessageContainingAll("memory", "no migration named books", "none has begun there");
        assertThat(named("books").preflight().refusals()).isEmpty();
        nothingIsWritten();
    }

    @Test
    void aBlankNameIsRefused() {
        assertThatThrownBy(() -> named(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The name of the migration is blank");
        assertThatThrownBy(() -> named("books").instance(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("The name of the instance is blank");
    }

    @Test
    void beginningTwiceIsBeginningOnce() {
        StageStatus first = named("books").begin().status();
        assertThat(first.stage()).isEqualTo(Stage.OFF);
        assertThat(named("books").begin().status()).isEqualTo(first);
        assertThat(named("books").control().status()).isEqualTo(first);
        assertThatThrownBy(() -> named("boks").control()).hasMessageContaining("those that have begun there are books");
    }

    @Test
    void aStorageThatHasTakenNoPartIsRefused() {
        named("books").begin();
        MemoryStore otherStore = new MemoryStore();
        Storage other = KvStorage.open(otherStore, CATALOG);
        assertThatThrownBy(() -> RoutedStorage.between(other, fresh)
                        .named("books")
                        .controlledBy(fresh)
                        .control())
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("The old storage (memory) has never taken part in the migration books");
        assertThat(otherStore.list("", null, 10).entries()).isEmpty();
    }
}
