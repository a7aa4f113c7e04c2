package io.storeway.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.error.VersionConflictException;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.fault.JavaProcess;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("slow")
class RedisCounterTest {

    private static final int THREADS = 8;
    private static final int EACH = 10;

    /** Adds to a counter from many threads. */
    static final class Child {
        private Child() {}

        public static void main(String[] args) throws InterruptedException {
            try (RedisStore store = RedisStore.open(args[0])) {
                List<Thread> threads = new ArrayList<>();
                for (int t = 0; t < THREADS; t++) {
                    Thread thread = new Thread(() -> {
                        for (int i = 0; i < EACH; i++) {
                            increment(store);
                        }
                    });
                    thread.start();
                    threads.add(thread);
                }
                for (Thread thread : threads) {
                    thread.join();
                }
            }
        }

        private static void increment(RedisStore store) {
            while (true) {
                Entry entry = store.get("counter");
                long version = entry == null ? 0 : entry.version();
                byte[] next = Long.toString(number(entry) + 1).getBytes(StandardCharsets.UTF_8);
                try {
                    store.commit(List.of(new Expectation("counter", version)), List.of(Write.put("counter", next)));
                    return;
                } catch (VersionConflictException e) {
                    Thread.onSpinWait();
                }
            }
        }

        private static long number(@org.jspecify.annotations.Nullable Entry entry) {
            return entry == null ? 0 : Long.parseLong(new String(entry.value(), StandardCharsets.UTF_8));
        }
    }

    @Test
    void threadsOfTwoProcessesLoseNoUpdate() throws InterruptedException {
        String uri = Engines.redis().newPlace();
        try (JavaProcess first = JavaProcess.start(Child.class, uri);
                JavaProcess second = JavaProcess.start(Child.class, uri)) {
            assertThat(first.await()).isZero();
            assertThat(second.await()).isZero();
        }
        try (RedisStore store = RedisStore.open(uri)) {
            assertThat(Child.number(Objects.requireNonNull(store.get("counter"))))
                    .isEqualTo(2 * THREADS * EACH);
        }
    }
}
