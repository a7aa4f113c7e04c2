package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.kv.internal.EntryPages;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.ReplicaStore;
import io.storeway.testkit.call.Interposed;
import java.lang.invoke.MethodHandles;
import java.lang.ref.WeakReference;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries that read every blob. */
class ScanTest {

    record Note(String id, int number) {}

    private static final EntityType<Note> NOTES = EntityType.of(Note.class, MethodHandles.lookup())
            .named("notes")
            .identifiedBy(Note::id)
            .keyValue("note:{id}", Blob.object())
            .build();

    @TempDir
    Path folder;

    private final List<WeakReference<Object>> firstOfPages = new ArrayList<>();
    private long remembered;

    private KeyValueStore watched(KeyValueStore store) {
        return Interposed.store(store, call -> {
            if (!call.verb().equals("list")) {
                return call.proceed();
            }
            System.gc();
            remembered = firstOfPages.stream()
                    .limit(Math.max(0, firstOfPages.size() - 1))
                    .filter(reference -> reference.get() != null)
                    .count();
            Listing listing = (Listing) Objects.requireNonNull(call.proceed());
            firstOfPages.add(new WeakReference<>(listing.entries().get(0)));
            return listing;
        });
    }

    @Test
    void aScanRemembersNoPageBehindIt() {
        try (Storage storage = KvStorage.open(watched(MvStore.open(folder.resolve("notes.mv"))), Catalog.of(NOTES))) {
            storage.repository(NOTES)
                    .saveAll(IntStream.range(0, 1_500)
                            .mapToObj(i -> new Note("n" + i, i))
                            .toList());
            assertThat(storage.repository(NOTES).all().allowScan().count()).isEqualTo(1_500);
            assertThat(firstOfPages).hasSizeGreaterThan(3);
            assertThat(remembered).isZero();
        }
    }

    @Test
    void aPageOfLargeValuesIsSmall() {
        KeyValueStore store = new MemoryStore();
        for (int i = 0; i < 50; i++) {
            store.commit(List.of(), List.of(Write.put("k" + i, new byte[1 << 20])));
        }
        int all = 0;
        for (List<Entry> page : EntryPages.of(store, "k")) {
            all += page.size();
            assertThat(page.stream().mapToLong(entry -> entry.value().length).sum())
                    .isLessThanOrEqualTo(4L << 20);
        }
        assertThat(all).isEqualTo(50);
    }

    record Line(String owner, int number) {}

    private static final EntityType<Line> LINES = EntityType.of(Line.class, MethodHandles.lookup())
            .named("lines")
            .partitionedBy(Line::owner)
            .identifiedBy(Line::number)
            .keyValue("lines:{owner}", Blob.arrayOfObjects())
            .build();

    @ParameterizedTest
    @CsvSource({"1, 400", "3, 400", "1000, 40"})
    void aPageHasAboutAsManyItemsAsAskedForHoweverManyABlobHas(int each, int owners) {
        try (Storage storage = KvStorage.open(new MemoryStore(), Catalog.of(LINES))) {
            for (int owner = 0; owner < owners; owner++) {
                String name = "o" + owner;
                storage.repository(LINES)
                        .saveAll(IntStream.range(0, each)
                                .mapToObj(i -> new Line(name, i))
                                .toList());
            }
            List<Integer> pages = new ArrayList<>();
            String cursor = null;
            do {
                ReplicaStore.ScanPage page = storage.replica().scan(LINES, cursor, 100);
                pages.add(page.partitions().stream()
                        .mapToInt(state -> state.items().size())
                        .sum());
                cursor = page.next();
            } while (cursor != null);
            assertThat(pages.stream().mapToInt(size -> size).sum()).isEqualTo(each * owners);
            assertThat(pages).allMatch(size -> size <= Math.max(120, 4 * each));
            assertThat(pages.subList(0, pages.size() - 1)).allMatch(size -> size >= 100);
        }
    }
}
