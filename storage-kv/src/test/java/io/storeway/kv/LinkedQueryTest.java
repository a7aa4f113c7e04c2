package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
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

    /** A store that notes how many keys each read asks for. */
    private static final class CountingStore extends BrokenStore {
        private final List<Integer> reads = new ArrayList<>();

        @Override
        public @Nullable Entry get(String key) {
            reads.add(1);
            return super.get(key);
        }

        @Override
        public List<@Nullable Entry> getAll(List<String> keys) {
            reads.add(keys.size());
            List<@Nullable Entry> found = new ArrayList<>();
            keys.forEach(key -> found.add(super.get(key)));
            return found;
        }
    }

    @Test
    void aLibraryWithItsBooksIsReadByTwoCallsToTheStore() {
        CountingStore store = new CountingStore();
        KvStorage storage = KvStorage.open(store, Catalog.of(BOOK_TYPE, COPY_TYPE));
        storage.repository(BOOK_TYPE)
                .insertAll(IntStream.range(0, BOOKS)
                        .mapToObj(i -> new Book("i" + i, "title " + i))
                        .toList());
        storage.repository(COPY_TYPE)
                .insertAll(IntStream.range(0, BOOKS)
                        .mapToObj(i -> new Copy("u", "i" + i))
                        .toList());
        store.reads.clear();
        assertThat(storage.repository(COPY_TYPE)
                        .partition("u")
                        .query()
                        .with(Copy::isbn, BOOK_TYPE)
                        .list())
                .hasSize(BOOKS)
                .allMatch(linked -> linked.target() != null);
        assertThat(store.reads).as("keys asked for by each read").containsExactly(1, BOOKS);
    }
}
