package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.migrate.routing.MovesTest.Entry;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a repair of everything leaves: nothing. */
class FullRepairTest {

    record Category(String id, @Nullable String parent) {}

    private static final EntityType<Category> CATEGORIES = EntityType.of(Category.class)
            .named("categories")
            .identifiedBy(Category::id)
            .nullable(Category::parent)
            .referencesSelf(Category::parent, OnDelete.CASCADE)
            .build();

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES, CATEGORIES);
    private static final int MORE_THAN_A_REPORT_NAMES = 250;

    @TempDir
    Path folder;

    private Storage open(String kind, String name) {
        return Storages.open(kind.equals("memory:") ? kind : kind + folder.resolve(name), CATALOG);
    }

    private static RoutedStorage dualWriting(Storage old, Storage fresh) {
        RoutedStorage routed = RoutedStorage.between(old, fresh)
                .followers(0)
                .shadowComparisons(0)
                .stepwise(time -> {})
                .open();
        Moves.to(routed, Stage.DUAL_WRITE);
        return routed;
    }

    @Test
    void everyDifferenceIsMendedHoweverManyThereAre() {
        try (Storage old = open("memory:", "old");
                Storage fresh = open("jdbc:sqlite:", "new.db");
                RoutedStorage routed = dualWriting(old, fresh)) {
            List<Entry> entries = IntStream.range(0, MORE_THAN_A_REPORT_NAMES)
                    .mapToObj(i -> new Entry("o" + i, "n", i))
                    .toList();
            old.repository(MovesTest.ENTRIES).saveAll(entries);
            assertThat(routed.control().repair("test", "mend"))
                    .isEqualTo(new RepairCounts(0, 0, MORE_THAN_A_REPORT_NAMES, 0));
            assertThat(fresh.repository(MovesTest.ENTRIES).all().allowScan().list())
                    .containsExactlyInAnyOrderElementsOf(entries);
        }
    }

    @ParameterizedTest
    @CsvSource({"memory:, jdbc:sqlite:", "jdbc:sqlite:, jdbc:sqlite:", "jdbc:sqlite:, memory:", "memory:, jdbc:h2:"})
    void recordsThatReferToThemselvesOrToEachOtherGoOnBothSides(String from, String to) {
        try (Storage old = open(from, "old");
                Storage fresh = open(to, "new");
                RoutedStorage routed = dualWriting(old, fresh)) {
            Repository<Category> categories = routed.repository(CATEGORIES);
            categories.insert(new Category("own", "own"));
            categories.delete("own");
            categories.insert(new Category("a", null));
            categories.insert(new Category("b", "a"));
            categories.update(new Category("a", "b"));
            categories.delete("a");
            categories.delete("b");
            routed.control().repair("test", "mend");
            assertThat(routed.control().status().marks()).hasValue(0);
            assertThat(old.repository(CATEGORIES).all().allowScan().list()).isEmpty();
            assertThat(fresh.repository(CATEGORIES).all().allowScan().list()).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"memory:, jdbc:sqlite:", "jdbc:sqlite:, memory:"})
    void whatNoMigrationHasPutIntoTheFollowerStaysAndIsReported(String from, String to) {
        try (Storage old = open(from, "old");
                Storage fresh = open(to, "new")) {
            Entry own = new Entry("own", "n", 1);
            fresh.repository(MovesTest.ENTRIES).save(own);
            try (RoutedStorage routed = dualWriting(old, fresh)) {
                routed.repository(MovesTest.ENTRIES).save(new Entry("copied", "n", 1));
                old.repository(MovesTest.ENTRIES).delete("copied", "n");
                routed.control().backfill("test", "copy");
                assertThat(routed.control().repair("test", "mend").failed()).isOne();
                assertThat(fresh.repository(MovesTest.ENTRIES).all().allowScan().list())
                        .containsExactly(own);
                assertThat(routed.control().compare().confirmed()).isOne();
            }
        }
    }
}
