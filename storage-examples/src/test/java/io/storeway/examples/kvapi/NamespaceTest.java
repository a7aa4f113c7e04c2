package io.storeway.examples.kvapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.examples.BundledData;
import io.storeway.kv.KeyValueStores;
import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.call.Interposed;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A namespace goes from store to store and stays what it is. */
class NamespaceTest {

    @TempDir
    Path folder;

    private KeyValueStore dump() throws IOException {
        return KeyValueStores.open("ndjson:" + BundledData.FEARGREED_1K.copyTo(folder));
    }

    private static Write odd() {
        return new Write(
                "odd\uD83D\uDE00", new byte[] {0, -1}, "{\"m\":1.10}", Instant.parse("2030-01-01T00:00:00.123Z"));
    }

    @Test
    void aNamespaceGoesThroughEveryStoreAndBack() throws IOException {
        try (KeyValueStore first = new MemoryStore()) {
            try (KeyValueStore dump = dump()) {
                Namespace.mirror(dump, first);
            }
            first.commit(List.of(), List.of(odd()));
            KeyValueStore from = first;
            for (StoreKind kind : StoreKind.values()) {
                KeyValueStore to = kind.open(Files.createDirectory(folder.resolve(kind.name())));
                assertThat(Namespace.mirror(from, to)).isEqualTo(new Namespace.Mirrored(1_433, 1_433, 0));
                assertThat(Namespace.mirror(from, to)).isEqualTo(new Namespace.Mirrored(1_433, 0, 0));
                assertThat(Namespace.differences(from, to)).isZero();
                if (!from.equals(first)) {
                    from.close();
                }
                from = to;
            }
            assertThat(Namespace.differences(first, from)).isZero();
            from.close();
        }
    }

    @Test
    void aRunThatDiesIsSimplyRunAgain() throws IOException {
        try (KeyValueStore dump = dump();
                KeyValueStore target = StoreKind.SQLITE.open(folder)) {
            FaultPlan plan = FaultPlan.none().at(7, Fault.FAIL_BEFORE);
            assertThatThrownBy(() -> Namespace.mirror(dump, Faults.of(plan).in(target)))
                    .isInstanceOf(StorageException.class);
            long left = Namespace.differences(dump, target);
            assertThat(left).isBetween(1L, 1_431L);
            assertThat(Namespace.mirror(dump, target).written()).isEqualTo(left);
            assertThat(Namespace.differences(dump, target)).isZero();
        }
    }

    @Test
    void whatTheSourceNoLongerHasGoesAndWhatChangedIsWritten() {
        try (KeyValueStore source = new MemoryStore();
                KeyValueStore target = new MemoryStore()) {
            source.commit(List.of(), List.of(Write.put("same", new byte[] {1}), Write.put("changed", new byte[] {2})));
            target.commit(
                    List.of(),
                    List.of(
                            Write.put("same", new byte[] {1}),
                            new Write("changed", new byte[] {2}, "{}", null),
                            Write.put("extra", new byte[] {3}),
                            Write.put("__storeway:own", new byte[] {4})));
            assertThat(Namespace.differences(source, target)).isEqualTo(2);
            assertThat(Namespace.mirror(source, target)).isEqualTo(new Namespace.Mirrored(2, 1, 1));
            assertThat(Namespace.differences(source, target)).isZero();
            assertThat(target.get("__storeway:own")).isNotNull();
        }
    }

    @Test
    void aKeyThatSomebodyWritesMeanwhileIsLookedAtAgain() {
        try (KeyValueStore source = new MemoryStore();
                KeyValueStore target = new MemoryStore()) {
            source.commit(List.of(), List.of(Write.put("k", new byte[] {1})));
            boolean[] once = {true};
            KeyValueStore raced = Interposed.store(target, call -> {
                if (call.verb().equals("commit") && once[0]) {
                    once[0] = false;
                    target.commit(List.of(), List.of(Write.put("k", new byte[] {9})));
                }
                return call.proceed();
            });
            assertThat(Namespace.mirror(source, raced).written()).isEqualTo(1);
            assertThat(Namespace.differences(source, target)).isZero();
        }
    }

    @Test
    void thePurgeRunsAgainAndAgainAlsoAfterAFailure() throws InterruptedException {
        try (KeyValueStore store = new MemoryStore()) {
            store.commit(List.of(), List.of(new Write("k", new byte[0], null, Instant.parse("2020-01-01T00:00:00Z"))));
            CountDownLatch runs = new CountDownLatch(3);
            KeyValueStore counted = Interposed.store(store, call -> {
                runs.countDown();
                if (runs.getCount() == 2) {
                    throw new StorageUnavailableException("down", ErrorContext.of("purge"), null);
                }
                return call.proceed();
            });
            try (PurgeJob job =
                    PurgeJob.every(Duration.ofMillis(1), counted, Clock.systemUTC(), System.getLogger("test"))) {
                assertThat(runs.await(30, TimeUnit.SECONDS))
                        .as("three runs of %s", job)
                        .isTrue();
            }
            assertThat(store.get("k")).isNull();
        }
    }

    @Test
    void theExampleRuns() throws IOException, InterruptedException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Main.show(folder, new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Mirrored[read=1432, written=1432, removed=0]", "Mirrored[read=1432, written=0, removed=0]")
                .contains("keys that differ:      0", "\"ticker\\\":\\\"SPY", "404 {\"error\"");
    }
}
