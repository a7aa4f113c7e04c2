package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.call.Interposed;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LinkedQueryTest {

    private static final int BOOKS = 50;

    record Book(String isbn, String title) {}

    record Copy(String user, String isbn) {}

    private static final EntityType<Book> BOOK_TYPE =
            EntityType.of(Book.class).named("books").identifiedBy(Book::isbn).build();

    private static final EntityType<Copy> COPY_TYPE = EntityType.of(Copy.class)
            .named("copies")
            .partitionedBy(Copy::user)
            .identifiedBy(Copy::isbn)
            .references(Copy::isbn, BOOK_TYPE, OnDelete.CASCADE)
            .build();

    @Test
    void aLibraryWithItsBooksIsReadByTwoCallsToTheStore() {
        List<Integer> reads = new ArrayList<>();
        KeyValueStore store = Interposed.store(new MemoryStore(), call -> {
            switch (call.verb()) {
                case "get" -> reads.add(1);
                case "getAll" ->
                    reads.add(((List<?>) Objects.requireNonNull(call.arguments().get(0))).size());
                default -> {}
            }
            return call.proceed();
        });
        KvStorage storage = KvStorage.open(store, Catalog.of(BOOK_TYPE, COPY_TYPE));
        storage.repository(BOOK_TYPE)
                .insertAll(IntStream.range(0, BOOKS)
                        .mapToObj(i -> new Book("i" + i, "title " + i))
                        .toList());
        storage.repository(COPY_TYPE)
                .insertAll(IntStream.range(0, BOOKS)
                        .mapToObj(i -> new Copy("u", "i" + i))
                        .toList());
        reads.clear();
        assertThat(storage.repository(COPY_TYPE)
                        .partition("u")
                        .query()
                        .with(Copy::isbn, BOOK_TYPE)
                        .list())
                .hasSize(BOOKS)
                .allMatch(linked -> linked.target() != null);
        assertThat(reads).as("keys asked for by each read").containsExactly(1, BOOKS);
    }
}
