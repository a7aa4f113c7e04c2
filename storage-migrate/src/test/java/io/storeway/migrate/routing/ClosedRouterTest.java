package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.StorageClosedException;
import io.storeway.migrate.routing.RouterTest.Book;
import io.storeway.migrate.routing.RouterTest.Books;
import io.storeway.migrate.routing.RouterTest.Shelf;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Routers that are closed, or die. */
class ClosedRouterTest {

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Shelf old = new Shelf();
    private final Shelf fresh = new Shelf();
    private final Storage control = Storages.open("memory:", Catalog.of(), clock);
    private final Router<Books> router =
            builder().instance("one").stepwise(clock::advance).open();
    private final Books books = router.repository();

    @AfterEach
    void close() {
        router.close();
        control.close();
    }

    private RouterBuilder<Books> builder() {
        return Router.between(Books.class, old, fresh)
                .controlledBy(control)
                .clock(clock)
                .lease(Duration.ofSeconds(10))
                .shadowComparisons(0);
    }

    private void toReadNew() {
        RouterControl steps = router.control();
        steps.acceptMissingFence("ann", "no pauses here");
        while (router.stage() != Stage.READ_NEW) {
            if (router.stage() == Stage.DUAL_WRITE) {
                steps.copied("ann", "nothing to copy");
            }
            steps.advance("ann", "on");
            router.tick();
        }
        steps.percent(100, "ann", "all");
        router.tick();
    }

    @Test
    void aClosedRouterRefusesCalls() {
        router.close();
        assertThatThrownBy(() -> books.find("1")).isInstanceOf(StorageClosedException.class);
        assertThatThrownBy(() -> books.save(new Book("2", "late"))).isInstanceOf(StorageClosedException.class);
        assertThat(old.all()).isEmpty();
    }

    @Test
    void closingAgainCallsNoStorage() {
        AtomicInteger calls = new AtomicInteger();
        Storage counted = Interposed.storage(control, call -> {
            calls.incrementAndGet();
            return call.proceed();
        });
        Router<Books> other = builder()
                .controlledBy(counted)
                .instance("other")
                .stepwise(clock::advance)
                .open();
        other.close();
        int before = calls.get();
        other.close();
        assertThat(calls.get()).isEqualTo(before);
    }

    /** The migration is not that of an instance. */
    @Test
    void theControlOfAClosedRouterStillMovesTheMigration() {
        router.close();
        assertThat(router.control().status().stage()).isEqualTo(Stage.OFF);
        assertThat(router.control().advance("ann", "on").stage()).isEqualTo(Stage.DUAL_WRITE);
        assertThat(router.control().history()).isNotEmpty();
    }

    /** Whoever switches doesn't wait any more for an instance that has given its lease back. */
    @Test
    void aWriteThatWaitedWhileItsRouterWasClosedIsRefused() throws Exception {
        toReadNew();
        CountDownLatch parked = new CountDownLatch(1);
        CountDownLatch switched = new CountDownLatch(1);
        Router<Books> waiting = builder()
                .instance("waiting")
                .stepwise(time -> {
                    parked.countDown();
                    awaitUninterruptibly(switched);
                })
                .open();
        AtomicReference<Throwable> answer = new AtomicReference<>();
        Thread writer = new Thread(() ->
                answer.set(catchThrowable(() -> waiting.repository().save(new Book("9", "late")))));
        Router<Books> switching = builder()
                .instance("switching")
                .stepwise(time -> {
                    router.tick();
                    if (writer.getState() == Thread.State.NEW && knowsOfTheSwitch(waiting)) {
                        writer.start();
                        awaitUninterruptibly(parked);
                        waiting.close();
                    }
                    clock.advance(time);
                })
                .open();
        router.tick();
        waiting.tick();
        switching.control().advance("ann", "on");
        assertThat(switching.stage()).isEqualTo(Stage.LIVE);
        switched.countDown();
        writer.join();
        assertThat(answer.get()).isInstanceOf(StorageClosedException.class);
        assertThat(fresh.find("9")).isEmpty();
        switching.close();
    }

    private static boolean knowsOfTheSwitch(Router<Books> waiting) {
        waiting.tick();
        return waiting.stage() == Stage.SWITCHING;
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** No instance is left that would take the switch back by itself. */
    @Test
    void aStepAfterACoordinatorHasDiedTakesItsSwitchBack() throws Exception {
        toReadNew();
        router.tick();
        Router<Books> other = builder()
                .instance("dying")
                .stepwise(time -> {
                    throw new Error("died");
                })
                .open();
        router.tick();
        assertThatThrownBy(() -> other.control().advance("ann", "on")).hasMessage("died");
        router.close();
        RouterControl control = router.control();
        assertThat(control.status().stage()).isEqualTo(Stage.SWITCHING);
        assertThatThrownBy(() -> control.rollback("bob", "stuck"))
                .isInstanceOf(StageBlockedException.class)
                .hasMessageContaining(
                        "the migration is switching; if whoever does that has died, any step takes it back after 2026-");
        clock.advance(Duration.ofMinutes(5));
        assertThat(control.rollback("bob", "stuck").stage()).isEqualTo(Stage.READ_NEW);
        other.close();
    }
}
