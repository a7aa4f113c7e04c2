package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.observe.ObservedStorage;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {

    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);
    private static final int BATCH = 12;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"memory:", "jdbc:sqlite:%s/%d.db", "jdbc:h2:mem:resume%2$d"})
    void aCrashAtAnyStoreCallAndAResumedRunEndAsAnUninterruptedRun(String uri) {
        MemoryStore store = new MemoryStore();
        Shop.fill(store);
        Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
        List<String> expected;
        List<EntityProgress> counts;
        int calls;
        try (Storage target = open(uri, 0)) {
            CrashingStorage counting = new CrashingStorage(source, target, Integer.MAX_VALUE);
            counts = migrate(counting.source(), counting.target()).entities();
            calls = counting.calls();
            expected = Shop.content(target);
        }
        assertThat(calls).isGreaterThan(30);
        for (int crashAt = 1; crashAt <= calls; crashAt++) {
            try (Storage target = open(uri, crashAt)) {
                CrashingStorage crashing = new CrashingStorage(source, target, crashAt);
                assertThatThrownBy(() -> migrate(crashing.source(), crashing.target()))
                        .as("crash at call %d", crashAt)
                        .isInstanceOf(CrashingStorage.Crash.class);
                migrate(source, target);
                assertThat(Shop.content(target)).as("crash at call %d", crashAt).isEqualTo(expected);
                Migration migration =
                        Migration.from(source).to(target).clock(CLOCK).build();
                assertThat(migration.status()).as("crash at call %d", crashAt).isEqualTo(counts);
                assertThat(migration.verify().equal()).isTrue();
            }
        }
    }

    /** The second run takes over what has changed since the first; wherever it dies, the third one does the rest. */
    @Test
    void aRunGoesOnWhateverItsStoragesAreCalled() {
        try (Storage source = open("jdbc:sqlite:%s/%d.db", 1);
                Storage target = open("memory:", 2)) {
            Migration plain = Migration.from(source).to(target).build();
            Migration named = Migration.from(ObservedStorage.of(source).named("old"))
                    .to(ObservedStorage.of(target).named("new"))
                    .build();
            assertThat(named.planHash()).isEqualTo(plain.planHash());
        }
    }

    @Test
    void aCrashAtAnyStoreCallOfALaterRunLeavesNoChangeBehind() {
        int calls = 1;
        for (int crashAt = 0; crashAt <= calls; crashAt++) {
            MemoryStore store = new MemoryStore();
            Shop.fill(store);
            Storage source = KvStorage.open(store, Shop.CATALOG, CLOCK);
            try (Storage target = open("memory:", crashAt)) {
                migrate(source, target);
                Shop.change(store);
                if (crashAt == 0) {
                    CrashingStorage counting = new CrashingStorage(source, target, Integer.MAX_VALUE);
                    migrate(counting.source(), counting.target());
                    calls = counting.calls();
                    assertThat(calls).isGreaterThan(30);
                } else {
                    CrashingStorage crashing = new CrashingStorage(source, target, crashAt);
                    assertThatThrownBy(() -> migrate(crashing.source(), crashing.target()))
                            .as("crash at call %d", crashAt)
                            .isInstanceOf(CrashingStorage.Crash.class);
                    migrate(source, target);
                }
                Migration migration =
                        Migration.from(source).to(target).clock(CLOCK).build();
                assertThat(migration.verify().equal())
                        .as("crash at call %d of %d", crashAt, calls)
                        .isTrue();
            }
        }
    }

    private Storage open(String uri, int run) {
        return Storages.open(uri.formatted(folder, run), Shop.CATALOG, CLOCK);
    }

    private static BackfillReport migrate(Storage source, Storage target) {
        return Migration.from(source)
                .to(target)
                .batch(BATCH)
                .withoutReadingAhead()
                .clock(CLOCK)
                .build()
                .backfill();
    }
}
