package io.storeway.examples.bookstrack;

import static io.storeway.examples.bookstrack.Book.BOOKS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A book comes from the cache, else from the table, else from the book service, whatever happens to each of them. */
class ReadThroughTest {

    private static final String ISBN = RunningService.ISBN;

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2025-11-21T00:00:00Z"));
    private final FaultPlan table = FaultPlan.none();
    private Stores stores;
    private RunningService service;

    @BeforeEach
    void start() throws Exception {
        stores = Stores.open(folder, clock);
        service = new RunningService(Faults.of(table).in(stores.sql()), clock);
    }

    @AfterEach
    void stop() {
        service.close();
        stores.close();
    }

    private Optional<Book> lookUp() {
        return service.bookstrack.book(ISBN);
    }

    @Test
    void theCacheIsFilledFromTheTable() {
        stores.sql().repository(BOOKS).insert(Samples.book(ISBN, "Harry Potter", 1997, "J.K. Rowling"));
        assertThat(lookUp()).map(Book::title).contains("Harry Potter");
        assertThat(lookUp()).map(Book::title).contains("Harry Potter");
        assertThat(service.storage.statistics(BOOKS).misses()).isEqualTo(1);
        assertThat(service.storage.statistics(BOOKS).hits()).isEqualTo(1);
        assertThat(service.books.requests()).isZero();
    }

    @Test
    void whatNobodyHasComesFromTheServiceAndIsKept() {
        assertThat(lookUp()).map(Book::title).contains("Nineteen Eighty-Four");
        assertThat(stores.sql().repository(BOOKS).find(ISBN))
                .hasValueSatisfying(book -> assertThat(book.publicationYear()).isEqualTo(1949));
        clock.advance(Duration.ofDays(3));
        assertThat(lookUp()).isPresent();
        assertThat(service.books.requests()).isEqualTo(1);
    }

    @Test
    void manyReadersOfAnUnknownBookAskTheServiceOnce() throws Exception {
        ExecutorService readers = Executors.newFixedThreadPool(8);
        CountDownLatch together = new CountDownLatch(8);
        List<CompletableFuture<Optional<Book>>> answers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            answers.add(CompletableFuture.supplyAsync(
                    () -> {
                        together.countDown();
                        try {
                            together.await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException(e);
                        }
                        return lookUp();
                    },
                    readers));
        }
        assertThat(answers).allSatisfy(answer -> assertThat(answer.get()).isPresent());
        readers.shutdown();
        assertThat(service.books.requests()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aServiceThatMisbehavesFailsTheRequestAndLeavesNothingBehind(LocalBooksApi.Fault fault) throws Exception {
        service.books.begin(fault);
        assertThat(service.get("v1/search/isbn?isbn=" + ISBN).statusCode()).isEqualTo(502);
        assertThatThrownBy(this::lookUp).isInstanceOf(BookServiceException.class);
        assertThat(stores.sql().repository(BOOKS).find(ISBN)).isEmpty();
        assertThat(service.storage.statistics(BOOKS).loadFailures()).isEqualTo(2);
        service.books.begin(LocalBooksApi.Fault.NONE);
        assertThat(lookUp()).isPresent();
    }

    @Test
    void aServiceThatIsDownDoesNotHideWhatIsKnown() {
        assertThat(lookUp()).isPresent();
        service.books.begin(LocalBooksApi.Fault.FAILS);
        clock.advance(Duration.ofHours(25));
        assertThat(lookUp()).isPresent();
    }

    @Test
    void aBookThatNobodyKnowsIsNotAskedForAgainForAMinute() throws Exception {
        assertThat(service.get("v1/search/isbn?isbn=9780000000000").statusCode())
                .isEqualTo(404);
        assertThat(service.get("v1/search/isbn?isbn=9780000000000").statusCode())
                .isEqualTo(404);
        assertThat(service.books.requests()).isEqualTo(1);
        clock.advance(Duration.ofSeconds(61));
        assertThat(service.get("v1/search/isbn?isbn=9780000000000").statusCode())
                .isEqualTo(404);
        assertThat(service.books.requests()).isEqualTo(2);
    }

    @Test
    void whileTheTableIsDownBooksOfTheLastDaysAreServed() {
        assertThat(lookUp()).isPresent();
        table.when(call -> true, Fault.FAIL_BEFORE);
        assertThat(lookUp()).as("fresh").isPresent();
        clock.advance(Duration.ofHours(30));
        assertThat(lookUp()).as("past its time").isPresent();
        assertThat(service.storage.statistics(BOOKS).staleHits()).isEqualTo(1);
        assertThat(service.books.requests()).isEqualTo(1);
    }

    @Test
    void aCacheFullOfGarbageAndACacheThatIsGoneFailNobody() {
        assertThat(lookUp()).isPresent();
        service.cache
                .list("", null, 100)
                .entries()
                .forEach(entry -> service.cache.commit(
                        List.of(), List.of(KeyValueStore.Write.put(entry.key(), new byte[] {1, 2, 3}))));
        assertThat(lookUp()).isPresent();
        assertThat(service.storage.statistics(BOOKS).poisoned()).isPositive();
        service.cache.close();
        assertThat(lookUp()).isPresent();
        assertThat(service.books.requests()).isEqualTo(1);
    }

    @Test
    void aChangedBookIsSeenAtOnce() {
        assertThat(lookUp()).isPresent();
        service.storage.repository(BOOKS).save(Samples.book(ISBN, "1984", 1949, "George Orwell"));
        assertThat(lookUp()).map(Book::title).contains("1984");
    }
}
