package io.storeway.examples.llmgateway;

import static io.storeway.examples.llmgateway.ApiKey.API_KEYS;
import static io.storeway.examples.llmgateway.RequestLog.LOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Json;
import io.storeway.error.ConstraintViolationException;
import io.storeway.examples.llmgateway.Provider.Completion;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.Stage;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two versions of the gateway, deployed side by side while the data moves from PostgreSQL and Redis under them. */
class SideBySideTest {

    @TempDir
    Path folder;

    private Stores old;
    private Stores fresh;
    private Deployment node;
    private Deployment worker;

    @BeforeEach
    void start() {
        old = Stores.open(Engines.postgres().newDatabase(), Engines.redis().newPlace());
        fresh = Stores.open("jdbc:sqlite:" + folder.resolve("d1.db"), "mvstore:" + folder.resolve("kv.mv"));
        Samples.seed(old.database());
        node = Deployment.start("node", old, fresh, SideBySideTest::think, Clock.systemUTC());
        worker = Deployment.start("worker", old, fresh, SideBySideTest::think, Clock.systemUTC());
        node.acceptLossyCache("test");
    }

    @AfterEach
    void stop() {
        worker.close();
        node.close();
        fresh.close();
        old.close();
    }

    private static Completion think(Model model, Json messages) {
        return new Completion("about " + messages.toString().length(), 100, 50);
    }

    private static void ask(Deployment version, String text) {
        version.gateway().complete("token", Model.GEMINI_1_5_FLASH, Samples.question(text));
    }

    private void advanceTo(Stage stage) {
        while (node.stage() != stage) {
            for (int i = 0; i < 6; i++) {
                ask(i % 2 == 0 ? node : worker, node.stage() + " " + i);
            }
            node.advance("test");
        }
    }

    @Test
    void nothingIsLostOrPaidTwiceWhileBothServeThroughEveryStage() throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger answered = new AtomicInteger();
        ExecutorService clients = Executors.newFixedThreadPool(3);
        List<CompletableFuture<Void>> running = new ArrayList<>();
        for (Deployment version : List.of(node, worker)) {
            running.add(CompletableFuture.runAsync(
                    () -> {
                        for (int i = 0; !done.get(); i++) {
                            ask(version, version + " " + i);
                            answered.incrementAndGet();
                        }
                    },
                    clients));
        }
        running.add(CompletableFuture.runAsync(
                () -> {
                    while (!done.get()) {
                        worker.worker().drain(20);
                    }
                },
                clients));
        try {
            while (node.stage() != Stage.COMPLETE) {
                int before = answered.get();
                node.advance("test");
                while (answered.get() < before + 6) {
                    assertThat(running).noneMatch(CompletableFuture::isDone);
                }
            }
        } finally {
            done.set(true);
            clients.shutdown();
        }
        for (CompletableFuture<Void> client : running) {
            client.get();
        }
        while (node.worker().drain(100) > 0) {
            // Until the queue is empty.
        }
        assertThat(fresh.database().repository(LOG).all().allowScan().count()).isEqualTo(answered.get());
        assertThat(Samples.account(fresh.database())).isEqualTo(Samples.CREDITS);
    }

    @Test
    void aUniqueKeyHoldsAcrossBothVersions() {
        advanceTo(Stage.LIVE);
        node.database().repository(API_KEYS).insert(new ApiKey("n", "p", "same", "", true, null, Samples.NOW));
        assertThatThrownBy(() -> worker.database()
                        .repository(API_KEYS)
                        .insert(new ApiKey("w", "p", "same", "", true, null, Samples.NOW)))
                .isInstanceOf(ConstraintViolationException.class);
        assertThat(old.database().repository(API_KEYS).exists("w")).isFalse();
    }

    @Test
    void whatOneVersionKnowsTheOtherKnowsInEveryStage() {
        List<String> seen = new ArrayList<>();
        while (node.stage() != Stage.COMPLETE) {
            String turn = seen.size() + " ";
            node.database().repository(API_KEYS).insert(key("n" + turn));
            worker.database().repository(API_KEYS).insert(key("w" + turn));
            assertThat(tokens(worker)).contains("n" + turn, "w" + turn);
            assertThat(tokens(node)).contains("n" + turn, "w" + turn);
            assertThat(worker.database().repository(API_KEYS).find("n" + turn)).isPresent();
            assertThat(node.database().repository(API_KEYS).find("w" + turn)).isPresent();
            seen.add(node.stage().name());
            for (int i = 0; i < 6; i++) {
                ask(i % 2 == 0 ? node : worker, turn + i);
            }
            node.advance("test");
        }
        assertThat(seen).contains("OFF", "DUAL_WRITE", "SHADOW", "READ_NEW", "LIVE", "RAMP_DOWN");
        assertThat(fresh.database().repository(API_KEYS).all().allowScan().count())
                .isEqualTo(1 + 2L * seen.size());
    }

    private static ApiKey key(String id) {
        return new ApiKey(id, "p", id, "", true, null, Samples.NOW);
    }

    private static List<String> tokens(Deployment version) {
        return version
                .database()
                .repository(API_KEYS)
                .where(ApiKey.TOKEN.startsWith("n").or(ApiKey.TOKEN.startsWith("w")))
                .allowScan()
                .list()
                .stream()
                .map(ApiKey::token)
                .toList();
    }

    @Test
    void theOldVersionGoesOnAloneAfterAWayBack() {
        advanceTo(Stage.LIVE);
        ask(worker, "while the new database decides");
        node.worker().drain(1_000);
        node.database().control().rollback("test", "back to PostgreSQL");
        node.cache().control().rollback("test", "back to Redis");
        worker.close();
        ask(node, "after");
        node.worker().drain(1_000);
        assertThat(Samples.account(old.database())).isEqualTo(Samples.CREDITS);
        assertThat(Migration.from(old.database())
                        .to(fresh.database())
                        .build()
                        .verify()
                        .equal())
                .isTrue();
        worker = Deployment.start("worker", old, fresh, SideBySideTest::think, Clock.systemUTC());
        assertThat(worker.stage()).isEqualTo(Stage.READ_NEW);
    }
}
