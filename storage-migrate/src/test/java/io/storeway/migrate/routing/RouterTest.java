package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two implementations that an application has written itself, behind the stages of a migration. */
class RouterTest {

    record Book(String isbn, String title) {}

    interface Books {
        @Reads(key = "isbn")
        Optional<Book> find(String isbn);

        @Reads
        List<Book> all();

        @Writes(key = "book.isbn")
        void save(Book book);

        @Writes(key = "0")
        boolean delete(String isbn);

        default long count() {
            return all().size();
        }
    }

    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** A hand-written repository, with something to happen within the next write. */
    static final class Shelf implements Books {
        private final Map<String, Book> books = new TreeMap<>();
        private Runnable onWrite = () -> {};

        @Override
        public Optional<Book> find(String isbn) {
            return Optional.ofNullable(books.get(isbn));
        }

        @Override
        public List<Book> all() {
            return List.copyOf(books.values());
        }

        @Override
        public void save(Book book) {
            Runnable happening = onWrite;
            onWrite = () -> {};
            happening.run();
            books.put(book.isbn(), book);
        }

        @Override
        public boolean delete(String isbn) {
            return books.remove(isbn) != null;
        }

        void failing(RuntimeException failure) {
            onWrite = () -> {
                throw failure;
            };
        }
    }

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Shelf old = new Shelf();
    private final Shelf fresh = new Shelf();
    private Storage control;
    private Router<Books> router;
    private Books books;

    @BeforeEach
    void open() {
        control = Storages.open("jdbc:sqlite:" + folder.resolve("control.db"), Catalog.of(), clock);
        router = instance("one");
        books = router.repository();
        books.save(new Book("1", "before"));
    }

    private RouterBuilder<Books> builder() {
        return Router.between(Books.class, old, fresh).controlledBy(control).clock(clock);
    }

    private Router<Books> instance(String name) {
        return builder()
                .instance(name)
                .shadowComparisons(1)
                .shadowSample(100)
                .refusedBy(RefusedException.class)
                .lease(Duration.ofSeconds(10))
                .stepwise(clock::advance)
                .open();
    }

    @AfterEach
    void close() {
        router.close();
        control.close();
    }

    private void advance() {
        router.control().advance("ann", "on");
        router.tick();
    }

    private void to(Stage stage) throws Exception {
        router.control().acceptMissingFence("ann", "no pauses here");
        while (router.stage() != stage) {
            switch (router.stage()) {
                case DUAL_WRITE -> {
                    old.all().forEach(fresh::save);
                    router.control().copied("ann", "copied");
                }
                case SHADOW -> {
                    books.find("1");
                    settleShadow();
                }
                case READ_NEW -> router.control().percent(100, "ann", "all");
                default -> {}
            }
            advance();
        }
    }

    private void settleShadow() throws Exception {
        router.calls().settleShadow();
        router.tick();
    }

    @Test
    void aStepThatSaysWhereItLeadsIsTakenOnce() {
        router.control().acceptMissingFence("ann", "no pauses here");
        assertThat(router.control().advance(Stage.DUAL_WRITE, "ann", "on").stage())
                .isEqualTo(Stage.DUAL_WRITE);
        router.tick();
        assertThat(router.control().advance(Stage.DUAL_WRITE, "ann", "again").stage())
                .isEqualTo(Stage.DUAL_WRITE);
        assertThat(router.control().status().stage()).isEqualTo(Stage.DUAL_WRITE);
    }

    @Test
    void aWriteThatIsUnderWayHoldsNoStep() throws Exception {
        to(Stage.DUAL_WRITE);
        old.all().forEach(fresh::save);
        router.control().copied("ann", "copied");
        router.tick();
        fresh.onWrite = () -> {
            assertThat(router.control().unsettled()).containsExactly("2");
            router.control().advance(Stage.SHADOW, "ann", "on, under load");
        };
        books.save(new Book("2", "under way"));
        assertThat(router.control().status().stage()).isEqualTo(Stage.SHADOW);
        assertThat(router.control().unsettled()).isEmpty();
    }

    @Test
    void theSwitchWaitsForAWriteThatIsUnderWay() throws Exception {
        to(Stage.READ_NEW);
        router.control().percent(100, "ann", "all");
        router.tick();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(1);
        fresh.onWrite = () -> {
            begun.countDown();
            await(waiting);
        };
        CompletableFuture<Void> write = CompletableFuture.runAsync(() -> books.save(new Book("2", "under way")));
        await(begun);
        RouterBuilder<Books> second = builder().instance("two").stepwise(time -> {
            waiting.countDown();
            write.join();
            router.tick();
        });
        try (Router<Books> other = second.open()) {
            assertThat(other.control()
                            .advance(Stage.LIVE, "ann", "on, under load")
                            .stage())
                    .isEqualTo(Stage.LIVE);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aWriteThatNeverEndedHoldsTheStepsOnceItsLeaseIsOver() throws Exception {
        to(Stage.DUAL_WRITE);
        old.all().forEach(fresh::save);
        router.control().copied("ann", "copied");
        router.tick();
        fresh.onWrite = () -> {
            clock.advance(Duration.ofSeconds(11));
            router.tick();
            assertThatThrownBy(() -> router.control().advance(Stage.SHADOW, "ann", "on"))
                    .hasMessageContaining("1 keys are not settled");
        };
        books.save(new Book("2", "slow"));
    }

    @Test
    void everyStageKeepsWhatWasWrittenInTheOnesBefore() throws Exception {
        int written = 1;
        for (Stage stage : List.of(Stage.DUAL_WRITE, Stage.SHADOW, Stage.READ_NEW, Stage.LIVE, Stage.RAMP_DOWN)) {
            to(stage);
            books.save(new Book("at " + stage, "x"));
            written++;
            assertThat(books.find("at " + stage)).isPresent();
            assertThat(books.count()).isEqualTo(written);
            assertThat(old.all()).hasSize(written);
            assertThat(router.control().unsettled()).isEmpty();
        }
        assertThat(books.delete("1")).isTrue();
        assertThat(old.all()).isEqualTo(fresh.all()).hasSize(5);
        to(Stage.COMPLETE);
        books.save(new Book("new alone", "x"));
        assertThat(old.find("new alone")).isEmpty();
        assertThat(fresh.find("new alone")).isPresent();
    }

    @Test
    void rollbackFromLiveKeepsWhatTheNewSideHasTaken() throws Exception {
        to(Stage.LIVE);
        books.save(new Book("2", "in live"));
        router.control().rollback("ann", "back");
        assertThat(router.stage()).isEqualTo(Stage.READ_NEW);
        assertThat(old.find("2")).contains(new Book("2", "in live"));
    }

    @Test
    void aFollowerThatFailsFailsNobodyAndHoldsTheMigration() throws Exception {
        to(Stage.READ_NEW);
        router.control().percent(100, "ann", "all");
        router.tick();
        fresh.failing(new IllegalStateException("down"));
        books.save(new Book("1", "changed"));
        assertThat(books.find("1")).as("read from the side that has it").contains(new Book("1", "changed"));
        assertThat(router.control().unsettled()).containsExactly("1");
        assertThatThrownBy(() -> router.control().advance("ann", "on")).hasMessageContaining("1 keys are not settled");
        assertThatThrownBy(() -> router.control().settle("1", "ann", "too early"))
                .hasMessageContaining("quiet");
        clock.advance(Duration.ofSeconds(11));
        fresh.books.put("1", new Book("1", "changed"));
        router.tick();
        assertThat(router.control().settle("1", "ann", "copied by hand")).isTrue();
        router.tick();
        advance();
        assertThat(router.stage()).isEqualTo(Stage.LIVE);
    }

    /** An instance to which something happens, once, when its control storage has answered a call of that name. */
    private Router<Books> interrupted(String verb, AtomicReference<Runnable> once) {
        Storage watched = Interposed.storage(control, call -> {
            Object answer = call.proceed();
            if (call.verb().equals(verb)) {
                once.getAndSet(() -> {}).run();
            }
            return answer;
        });
        return builder()
                .controlledBy(watched)
                .instance("interrupted")
                .stepwise(clock::advance)
                .open();
    }

    private void leaveUnsettled(String isbn) {
        fresh.failing(new IllegalStateException("down"));
        books.save(new Book(isbn, "changed"));
    }

    @Test
    void aKeyThatIsWrittenWhileItIsSettledStaysUnsettled() throws Exception {
        to(Stage.DUAL_WRITE);
        leaveUnsettled("1");
        clock.advance(Duration.ofSeconds(11));
        router.tick();
        AtomicReference<Runnable> once = new AtomicReference<>(() -> {});
        try (Router<Books> other = interrupted("transact", once)) {
            once.set(() -> leaveUnsettled("1"));
            assertThatThrownBy(() -> other.control().settle("1", "ann", "looked at it"))
                    .hasMessageContaining("written meanwhile");
            assertThat(router.control().unsettled()).containsExactly("1");
        }
    }

    @Test
    void aKeyThatIsWrittenWhileTheDoubtsAreReadIsReadWhereItIsKnown() throws Exception {
        to(Stage.READ_NEW);
        router.control().percent(100, "ann", "all");
        AtomicReference<Runnable> once = new AtomicReference<>(() -> {});
        try (Router<Books> other = interrupted("select", once)) {
            other.tick();
            fresh.failing(new IllegalStateException("down"));
            once.set(() -> other.repository().save(new Book("1", "changed")));
            other.calls().refreshUnsettled();
            assertThat(fresh.find("1")).contains(new Book("1", "before"));
            assertThat(other.repository().find("1")).contains(new Book("1", "changed"));
        }
    }

    @Test
    void aSwitchThatFailsIsGivenUpAtOnce() throws Exception {
        to(Stage.READ_NEW);
        router.control().percent(100, "ann", "all");
        RouterBuilder<Books> impatient = builder().instance("impatient").stepwise(time -> {
            throw new IllegalStateException("interrupted");
        });
        router.tick();
        try (Router<Books> other = impatient.open()) {
            router.tick();
            assertThatThrownBy(() -> other.control().advance("ann", "on")).hasMessage("interrupted");
            assertThat(router.control().status().stage()).isEqualTo(Stage.READ_NEW);
            router.tick();
            books.save(new Book("2", "afterwards"));
        }
    }

    @Test
    void aRefusalOfTheDecidingSideSettlesAndAnotherFailureDoesNot() throws Exception {
        to(Stage.DUAL_WRITE);
        old.failing(new RefusedException());
        assertThatThrownBy(() -> books.save(new Book("2", "x"))).isInstanceOf(RefusedException.class);
        assertThat(router.control().unsettled()).isEmpty();
        assertThat(fresh.find("2")).isEmpty();
        old.failing(new IllegalStateException("who knows"));
        assertThatThrownBy(() -> books.save(new Book("2", "x"))).hasMessage("who knows");
        assertThat(router.control().unsettled()).containsExactly("2");
    }

    @Test
    void overlappingWritesOfAKeyByTwoInstancesAreSuspect() throws Exception {
        to(Stage.DUAL_WRITE);
        try (Router<Books> other = instance("two")) {
            old.onWrite = () -> other.repository().save(new Book("3", "inner"));
            books.save(new Book("3", "outer"));
            assertThat(router.control().unsettled()).containsExactly("3");
            books.save(new Book("4", "alone"));
            assertThat(router.control().unsettled()).containsExactly("3");
        }
    }

    @Test
    void answersThatDifferHoldShadow() throws Exception {
        to(Stage.SHADOW);
        fresh.books.put("1", new Book("1", "other"));
        books.find("1");
        settleShadow();
        assertThat(router.differences())
                .singleElement()
                .satisfies(text -> assertThat(text).startsWith("Books.find #"));
        assertThatThrownBy(() -> router.control().advance("ann", "on")).hasMessageContaining("1 shadow reads differed");
    }

    @Test
    void theStepsNameWhatBlocksThem() throws Exception {
        to(Stage.DUAL_WRITE);
        assertThatThrownBy(() -> router.control().advance("ann", "on")).hasMessageContaining("everything is copied");
        try (Router<Books> late = instance("two")) {
            old.all().forEach(fresh::save);
            router.control().copied("ann", "copied");
            router.tick();
            assertThatThrownBy(() -> router.control().advance("ann", "on")).hasMessageContaining("instance two");
            late.tick();
            advance();
        }
        Router<Books> unfenced = builder()
                .named("other")
                .stepwise(clock::advance)
                .shadowComparisons(0)
                .open();
        for (int i = 0; i < 2; i++) {
            unfenced.control().advance("ann", "on");
            if (i == 0) {
                unfenced.control().copied("ann", "copied");
            }
        }
        unfenced.control().advance("ann", "on");
        unfenced.control().percent(100, "ann", "all");
        assertThatThrownBy(() -> unfenced.control().advance("ann", "on")).hasMessageContaining("can't be fenced");
        unfenced.close();
    }

    interface Vague {
        @Reads(key = "isbn")
        Optional<Book> find(String isbn);

        void touch(String isbn);
    }

    interface Later {
        @Writes(key = "0")
        CompletableFuture<Book> save(Book book);
    }

    interface Misspelt {
        @Writes(key = "book.isnb")
        void save(Book book);
    }

    private Vague vague() {
        return new Vague() {
            @Override
            public Optional<Book> find(String isbn) {
                return old.find(isbn);
            }

            @Override
            public void touch(String isbn) {
                old.save(new Book(isbn, "touched"));
            }
        };
    }

    private <V> void refused(Class<V> type, V implementation, String reason) {
        assertThatThrownBy(() -> Router.between(type, implementation, implementation)
                        .controlledBy(control)
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void anInterfaceThatIsNotUnderstoodIsRefusedWhenTheRouterIsBuilt() {
        refused(Vague.class, vague(), "Vague.touch");
        refused(Later.class, book -> CompletableFuture.completedFuture(book), "answers before it is done");
        refused(Misspelt.class, old::save, "no public isnb()");
        assertThatThrownBy(() -> Router.between(Shelf.class, old, fresh)).hasMessageContaining("no interface");
        assertThatThrownBy(() -> builder().writes("sav", "0").open()).hasMessageContaining("no method sav");
        assertThatThrownBy(() -> builder().writes("save", "1").open()).hasMessageContaining("no parameter 1");
        assertThatThrownBy(() -> builder().writes("save", "isbm").open())
                .hasMessageContaining("no parameter isbm; it has book")
                .hasMessageNotContaining("-parameters");
        assertThatThrownBy(() -> Router.between(Books.class, old, fresh).open()).hasMessageContaining("controlledBy");
    }

    @Test
    void settingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> builder().lease(Duration.ZERO)).hasMessageContaining("positive");
        assertThatThrownBy(() -> builder().park(Duration.ofSeconds(-1))).hasMessageContaining("positive");
        assertThatThrownBy(() -> builder().heartbeat(Duration.ZERO)).hasMessageContaining("positive");
        assertThatThrownBy(() -> builder().shadowSample(500)).hasMessageContaining("between 0 and 100");
        assertThatThrownBy(() -> builder().shadowComparisons(-1)).hasMessageContaining("-1");
    }

    @Test
    void whatARouterCantPromiseIsRefusedWhereItIsAskedFor() {
        assertThatThrownBy(() -> builder().requiring(Router.Guarantee.FENCING, Router.Guarantee.REPAIR))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("REPAIR, FENCING")
                .hasMessageContaining("RoutedStorage");
    }

    @Test
    void methodsMayBeClassifiedWithoutAnnotations() {
        try (Router<Vague> routed = Router.between(Vague.class, vague(), vague())
                .named("vague")
                .controlledBy(control)
                .writes("touch", "isbn")
                .stepwise(clock::advance)
                .open()) {
            routed.repository().touch("9");
            assertThat(routed.repository().find("9")).contains(new Book("9", "touched"));
        }
    }
}
