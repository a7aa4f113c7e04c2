package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.migrate.routing.Library.Author;
import io.storeway.testkit.call.Interposed;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many records that are deleted at once, each with one that refers to it, all of these in one partition. */
class ManyParentsTest {

    private static final int AUTHORS = 700;

    record Book(String shelf, String isbn, String author) {}

    @TempDir
    Path folder;

    private final AtomicInteger queries = new AtomicInteger();

    private Storage counted(Storage storage) {
        return Interposed.storage(storage, call -> {
            if (call.verb().equals("select")) {
                queries.incrementAndGet();
            }
            return call.proceed();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"blobs", "rules", "sqlite"})
    void areFollowedWithFewQueries(String kind) {
        EntityType<Book> books = EntityType.of(Book.class, MethodHandles.lookup())
                .named("books")
                .partitionedBy(Book::shelf)
                .identifiedBy(Book::isbn)
                .references(Book::author, Library.AUTHORS, OnDelete.CASCADE)
                .keyValue("shelf:{shelf}", Blob.arrayOfObjects())
                .build();
        Catalog catalog = Catalog.of(Library.AUTHORS, books);
        List<String> ids = IntStream.range(0, AUTHORS).mapToObj(i -> "a" + i).toList();
        Storage old = Moves.open(kind, folder.resolve("old"), catalog, Clock.systemUTC());
        Storage fresh = Storages.open("jdbc:sqlite:" + folder.resolve("new"), catalog);
        try (old;
                fresh;
                RoutedStorage routed = Moves.quiet(counted(old), counted(fresh)).open()) {
            Moves.to(routed, Stage.DUAL_WRITE);
            routed.repository(Library.AUTHORS)
                    .insertAll(ids.stream().map(id -> new Author(id, "x")).toList());
            routed.repository(books)
                    .insertAll(
                            ids.stream().map(id -> new Book("1", "b" + id, id)).toList());
            routed.routing().tick();
            queries.set(0);
            routed.repository(Library.AUTHORS)
                    .deleteAll(ids.stream().map(Key::of).toList());
            assertThat(queries).hasValueLessThan(20);
            routed.routing().tick();
            assertThat(fresh.repository(books).all().allowScan().list()).isEmpty();
            assertThat(routed.control().status().marks()).hasValue(0);
            assertThat(routed.control().compare().equal()).isTrue();
        }
    }
}
