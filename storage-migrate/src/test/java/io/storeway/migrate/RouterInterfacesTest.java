package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.migrate.routing.Reads;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.RoutedStorageBuilder;
import io.storeway.migrate.routing.Router;
import io.storeway.migrate.routing.RouterBuilder;
import io.storeway.migrate.routing.Writes;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Interfaces as applications write them: in packages of their own, not public, generic, and worse. */
class RouterInterfacesTest {

    record Book(String isbn, String title) {}

    interface Saving<T> {
        @Writes(key = "0")
        void save(T record);
    }

    /** Not public, with a method that overrides a generic one, default methods and one of Object. */
    interface Books extends Saving<Book> {
        @Reads(key = "isbn")
        Optional<Book> find(String isbn) throws IOException;

        @Reads
        Stream<Book> all();

        @Override
        @Writes(key = "book.isbn")
        void save(Book book);

        @Writes(key = Writes.ANY)
        void clear();

        default long count() {
            try (Stream<Book> books = all()) {
                return books.count();
            }
        }

        @Override
        boolean equals(Object other);
    }

    private static final class Shelf implements Books {
        private final Map<String, Book> books = new TreeMap<>();
        private final AtomicInteger streams = new AtomicInteger();
        private Runnable onSave = () -> {};

        @Override
        public Optional<Book> find(String isbn) throws IOException {
            if (isbn.isEmpty()) {
                throw new IOException("no number");
            }
            return Optional.ofNullable(books.get(isbn));
        }

        @Override
        public Stream<Book> all() {
            streams.incrementAndGet();
            return List.copyOf(books.values()).stream().onClose(streams::decrementAndGet);
        }

        @Override
        public void save(Book book) {
            onSave.run();
            books.put(book.isbn(), book);
        }

        @Override
        public void clear() {
            onSave.run();
            books.clear();
        }
    }

    /** A default method that does nothing, which one of the two implementations replaces. */
    public interface Purging {
        default void purge() {}
    }

    public static final class Purged implements Purging {
        private int purged;

        @Override
        public void purge() {
            purged++;
        }
    }

    @TempDir
    Path folder;

    private final Shelf old = new Shelf();
    private final Shelf fresh = new Shelf();
    private Storage control;

    @BeforeEach
    void open() {
        control = Storages.open("jdbc:sqlite:" + folder.resolve("control.db"), Catalog.of());
    }

    @AfterEach
    void close() {
        control.close();
    }

    private Router<Books> router() {
        return Router.between(Books.class, old, fresh)
                .controlledBy(control)
                .heartbeat(Duration.ofHours(1))
                .lease(Duration.ofDays(1))
                .shadowSample(100)
                .open();
    }

    @Test
    void anInterfaceThatIsNotPublicAndOverridesAGenericOneIsRouted() throws Exception {
        try (Router<Books> router = router()) {
            router.control().advance("ann", "on");
            Books books = router.repository();
            books.save(new Book("1", "a"));
            Saving<Book> generic = books;
            generic.save(new Book("2", "b"));
            assertThat(books.count()).isEqualTo(2);
            assertThat(books.find("1")).isPresent();
            assertThatThrownBy(() -> books.find("")).isInstanceOf(IOException.class);
            assertThat(fresh.books).isEqualTo(old.books).hasSize(2);
            assertThat(router.control().unsettled()).isEmpty();
            assertThat(books).isEqualTo(router.repository()).isNotEqualTo(old);
        }
    }

    @Test
    void anInterruptedFollowerLeavesTheInterruption() {
        try (Router<Books> router = router()) {
            router.control().advance("ann", "on");
            fresh.onSave = () -> sneak(new InterruptedException());
            router.repository().save(new Book("1", "a"));
            assertThat(Thread.interrupted()).isTrue();
            assertThat(router.control().unsettled()).containsExactly("1");
        }
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void aWriteOfAKeyWithinAWriteOfAllIsSuspect() {
        try (Router<Books> router = router()) {
            router.control().advance("ann", "on");
            fresh.onSave = () -> {
                fresh.onSave = () -> {};
                router.repository().save(new Book("1", "between the two clears"));
            };
            router.repository().clear();
            assertThat(old.books).hasSize(1);
            assertThat(fresh.books).isEmpty();
            assertThat(router.control().unsettled()).contains("1");
        }
    }

    @Test
    void aWriteOfAllWithinAWriteOfAKeyMakesThatSuspect() {
        try (Router<Books> router = router()) {
            router.control().advance("ann", "on");
            fresh.onSave = () -> {
                fresh.onSave = () -> {};
                router.repository().clear();
            };
            router.repository().save(new Book("1", "older than the clear of old"));
            assertThat(old.books).isEmpty();
            assertThat(fresh.books).hasSize(1);
            assertThat(router.control().unsettled()).contains("1");
        }
    }

    @Test
    void answersThatCanBeReadOnceAreNotAskedForAgain() {
        try (Router<Books> router = router()) {
            router.control().advance("ann", "on");
            router.control().copied("ann", "nothing to copy");
            router.control().advance("ann", "on");
            Books books = router.repository();
            for (int i = 0; i < 50; i++) {
                assertThat(books.count()).isZero();
            }
        }
        assertThat(old.streams.get() + fresh.streams.get()).isZero();
    }

    interface ByBytes {
        @Writes(key = "0")
        void delete(byte[] id);
    }

    interface Many {
        @Writes(key = "0")
        void delete(String... ids);
    }

    interface Unnamed {
        @Writes(key = "0")
        void delete(Object id);
    }

    interface Later {
        @Writes(key = "0")
        Mono<Void> save(String id);
    }

    interface OnceOnly {
        @Writes(key = Writes.ANY)
        void load(Iterator<Book> books);
    }

    sealed interface Closed permits Only {
        @Reads(key = "0")
        String find(String id);
    }

    record Only() implements Closed {
        @Override
        public String find(String id) {
            return id;
        }
    }

    private <V> void refused(Class<V> type, V one, V two, String reason) {
        assertThatThrownBy(() ->
                        Router.between(type, one, two).controlledBy(control).open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void whatCantBeRoutedIsRefusedBeforeAnythingIsWritten() {
        refused(ByBytes.class, id -> {}, id -> {}, "array");
        refused(Many.class, id -> {}, id -> {}, "array");
        refused(Later.class, id -> Mono.empty(), id -> Mono.empty(), "answers before it is done");
        refused(OnceOnly.class, books -> {}, books -> {}, "Iterator");
        refused(Closed.class, new Only(), new Only(), "sealed");
        refused(Books.class, old, old, "one and the same");
        try (Router<Books> router = router()) {
            assertThat(router.control().status().instances()).hasSize(1);
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void aKeyWhoseTextIsNotItsValueIsRefused() {
        List<Object> deleted = new ArrayList<>();
        try (Router<Unnamed> router = Router.between(Unnamed.class, deleted::add, id -> deleted.add(id))
                .controlledBy(control)
                .open()) {
            assertThatThrownBy(() -> router.repository().delete(new Object()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("Unnamed.delete")
                    .hasMessageContaining("toString");
            assertThatThrownBy(() -> router.repository().delete(null)).hasMessageContaining("Unnamed.delete");
            router.repository().delete(7);
        }
        assertThat(deleted).containsExactly(7);
    }

    @Test
    void aDefaultMethodThatASideHasOfItsOwnMustBeClassified() {
        Purged own = new Purged();
        Purging inherited = new Purging() {};
        assertThatThrownBy(() -> Router.between(Purging.class, inherited, own)
                        .controlledBy(control)
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Purging.purge");
        try (Router<Purging> router = Router.between(Purging.class, own, inherited)
                .controlledBy(control)
                .writes("purge", Writes.ANY)
                .open()) {
            router.repository().purge();
        }
        assertThat(own.purged).isEqualTo(1);
    }

    /** An implementation behind a JDK proxy, as Spring makes them. */
    private static Books proxied(Shelf shelf) {
        return (Books) Proxy.newProxyInstance(
                Books.class.getClassLoader(), new Class<?>[] {Books.class}, (proxy, method, arguments) -> {
                    try {
                        return method.invoke(shelf, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void implementationsMayBeProxiesAndDefaultMethodsAreRoutedThroughThem() throws Exception {
        try (Router<Books> router = Router.between(Books.class, proxied(old), proxied(fresh))
                .controlledBy(control)
                .reads("count", "")
                .open()) {
            router.control().advance("ann", "on");
            Books books = router.repository();
            books.save(new Book("1", "a"));
            assertThat(books.count()).isEqualTo(1);
            assertThat(books.find("1")).isPresent();
            assertThatThrownBy(() -> books.find("")).isInstanceOf(IOException.class);
            assertThat(fresh.books).isEqualTo(old.books).hasSize(1);
        }
        try (Router<Books> router = Router.between(Books.class, proxied(old), proxied(fresh))
                .controlledBy(control)
                .open()) {
            assertThat(router.repository().count()).isEqualTo(1);
        }
    }

    @Test
    @SuppressWarnings("NullAway")
    void nothingForAnImplementationAndABlankNameAreRefusedByName() {
        assertThatThrownBy(() -> Router.between(Books.class, null, fresh))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("The old implementation of Books");
        assertThatThrownBy(() -> Router.between(Books.class, old, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessageContaining("The new implementation of Books");
        RouterBuilder<Books> builder = Router.between(Books.class, old, fresh);
        assertThatThrownBy(() -> builder.named(""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name of the migration");
        assertThatThrownBy(() -> builder.instance(" "))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name of the instance");
    }

    @Test
    void aLeaseThatNoHeartbeatRenewsInTimeIsRefused() {
        RouterBuilder<Books> slow = Router.between(Books.class, old, fresh)
                .controlledBy(control)
                .lease(Duration.ofSeconds(5))
                .heartbeat(Duration.ofSeconds(4));
        assertThatThrownBy(slow::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("several heartbeats");
        RoutedStorageBuilder storage = RoutedStorage.between(control, control)
                .lease(Duration.ofSeconds(1))
                .heartbeat(Duration.ofSeconds(5));
        assertThatThrownBy(storage::open)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("several heartbeats");
        slow.heartbeat(Duration.ofSeconds(3)).open().close();
    }

    interface Crud<T, K> {
        @Reads(key = "key")
        Optional<T> find(K key);

        @Writes(key = "record.isbn")
        void save(T record);
    }

    interface Shop<T> extends Crud<T, String> {}

    /** Says only what the type variables of its base interfaces stand for. */
    interface BookShop extends Shop<Book> {}

    private static final class Stock implements BookShop {
        private final Map<String, Book> books = new TreeMap<>();

        @Override
        public Optional<Book> find(String isbn) {
            return Optional.ofNullable(books.get(isbn));
        }

        @Override
        public void save(Book book) {
            books.put(book.isbn(), book);
        }
    }

    @Test
    void aKeyIsAPartOfWhatATypeVariableOfABaseInterfaceStandsFor() {
        Stock first = new Stock();
        Stock second = new Stock();
        try (Router<BookShop> router = Router.between(BookShop.class, first, second)
                .controlledBy(control)
                .open()) {
            router.control().advance("ann", "start");
            router.repository().save(new Book("1", "Emma"));
            assertThat(router.repository().find("1")).contains(new Book("1", "Emma"));
            assertThat(second.books).isEqualTo(first.books).hasSize(1);
            assertThat(router.control().unsettled()).isEmpty();
        }
    }

    interface Answering<A> {
        @Reads(key = "isbn")
        A find(String isbn);
    }

    interface Promised extends Answering<CompletableFuture<Book>> {}

    @Test
    void aFutureThatATypeVariableStandsForIsRefused() {
        Promised first = isbn -> new CompletableFuture<>();
        Promised second = isbn -> new CompletableFuture<>();
        assertThatThrownBy(() -> Router.between(Promised.class, first, second)
                        .controlledBy(control)
                        .open())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Answering.find answers before it is done, with a CompletableFuture");
    }
}
