package io.storeway.examples.llmgateway;

import static io.storeway.examples.llmgateway.ApiKey.API_KEYS;
import static io.storeway.examples.llmgateway.Organization.ORGANIZATIONS;
import static io.storeway.examples.llmgateway.RequestLog.LOG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Json;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageUnavailableException;
import io.storeway.examples.llmgateway.Provider.Completion;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the gateway does for its clients, on one database and one cache. */
class GatewayTest {

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Samples.NOW);
    private final AtomicInteger calls = new AtomicInteger();
    private Storage database;
    private Storage cache;
    private Gateway gateway;
    private LogWorker worker;

    @BeforeEach
    void open() {
        database = Storages.open("jdbc:sqlite:" + folder.resolve("d1.db"), Gateway.DATABASE, clock);
        cache = Storages.open("mvstore:" + folder.resolve("kv.mv"), Gateway.CACHE, clock);
        Samples.seed(database);
        gateway = new Gateway(database, cache, this::think, clock);
        worker = new LogWorker(cache, database);
    }

    private Completion think(Model model, Json messages) {
        return new Completion("answer " + calls.incrementAndGet(), 1_000, 500);
    }

    @AfterEach
    void close() {
        cache.close();
        database.close();
    }

    private String ask(String text) {
        return gateway.complete("token", Model.GPT_4O_MINI, Samples.question(text));
    }

    private int status(Runnable request) {
        try {
            request.run();
            return 200;
        } catch (GatewayException e) {
            return e.status();
        }
    }

    private BigDecimal credits() {
        return database.repository(ORGANIZATIONS).find("acme").orElseThrow().credits();
    }

    @Test
    void aRequestIsPaidToTheLastDigitOnceAWorkerHasMovedItsLog() {
        assertThat(ask("one")).isEqualTo("answer 1");
        assertThat(credits()).isEqualTo(Samples.CREDITS);
        assertThat(worker.drain(10)).isEqualTo(1);
        // 1,000 x 0.15 / 1,000,000 + 500 x 0.60 / 1,000,000
        assertThat(credits()).isEqualTo(new BigDecimal("9.999550000000"));
        assertThat(database.repository(LOG).all().allowScan().list())
                .singleElement()
                .satisfies(log -> assertThat(log.cost()).isEqualTo(new BigDecimal("0.000450000000")));
        assertThat(worker.drain(10)).isZero();
    }

    @Test
    void theSameQuestionIsAnsweredFromTheCacheUntilThatExpires() {
        assertThat(ask("one")).isEqualTo("answer 1");
        clock.advance(Duration.ofSeconds(59));
        assertThat(ask("one")).isEqualTo("answer 1");
        assertThat(ask("two")).isEqualTo("answer 2");
        clock.advance(Duration.ofSeconds(1));
        assertThat(ask("one")).isEqualTo("answer 3");
        worker.drain(10);
        assertThat(database.repository(LOG).all().allowScan().list())
                .filteredOn(RequestLog::cached)
                .singleElement()
                .satisfies(log -> assertThat(log.cost()).isEqualByComparingTo(BigDecimal.ZERO));
    }

    @Test
    void unknownKeysAndOrganizationsWithoutCreditsAreRefused() {
        assertThat(status(() -> gateway.complete("TOKEN", Model.GPT_4O, Samples.question("x"))))
                .isEqualTo(401);
        ApiKey key = database.repository(API_KEYS).find("k").orElseThrow();
        database.repository(API_KEYS)
                .update(new ApiKey(key.id(), key.projectId(), key.token(), "off", false, null, key.createdAt()));
        assertThat(status(() -> ask("x"))).isEqualTo(401);
        database.repository(API_KEYS).update(key);
        database.repository(ORGANIZATIONS).update(Samples.organization("acme", "0"));
        assertThat(status(() -> ask("x"))).isEqualTo(402);
        assertThat(calls).hasValue(0);
    }

    @Test
    void aFailureOfTheProviderIsLoggedAndCostsNothing() {
        Gateway failing = new Gateway(
                database,
                cache,
                (model, messages) -> {
                    throw new IllegalStateException("overloaded");
                },
                clock);
        assertThat(status(() -> failing.complete("token", Model.GPT_4O, Samples.question("x"))))
                .isEqualTo(502);
        worker.drain(10);
        assertThat(database.repository(LOG).all().allowScan().list())
                .singleElement()
                .satisfies(log -> {
                    assertThat(log.failed()).isTrue();
                    assertThat(String.valueOf(log.error()))
                            .contains("IllegalStateException")
                            .doesNotContain("overloaded");
                });
        assertThat(credits()).isEqualTo(Samples.CREDITS);
    }

    @Test
    void aWorkerThatDiesBetweenTableAndQueueChargesNobodyTwice() {
        ask("one");
        ask("two");
        FaultPlan dies = FaultPlan.none().when(call -> call.verb().equals("delete"), Fault.FAIL_BEFORE);
        assertThatThrownBy(() -> new LogWorker(Faults.of(dies).in(cache), database).drain(10))
                .isInstanceOf(StorageUnavailableException.class);
        BigDecimal once = credits();
        assertThat(once).isEqualTo(new BigDecimal("9.999100000000"));
        assertThat(worker.drain(10)).isEqualTo(2);
        assertThat(credits()).isEqualTo(once);
        assertThat(database.repository(LOG).all().allowScan().count()).isEqualTo(2);
    }

    @Test
    void aWorkerWhoseCommitFailsLeavesEverythingWaiting() {
        ask("one");
        FaultPlan fails = FaultPlan.none().when(call -> call.verb().equals("commit"), Fault.FAIL_BEFORE);
        assertThatThrownBy(() -> new LogWorker(cache, Faults.of(fails).in(database)).drain(10))
                .isInstanceOf(StorageUnavailableException.class);
        assertThat(credits()).isEqualTo(Samples.CREDITS);
        assertThat(worker.drain(10)).isEqualTo(1);
        assertThat(Samples.account(database)).isEqualTo(Samples.CREDITS);
    }
}
