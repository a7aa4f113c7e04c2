package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.migrate.repair.Repair;
import io.storeway.migrate.repair.RepairReport;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeBackfillTest {

    record Category(String id, @Nullable String parent) {}

    private static final EntityType<Category> CATEGORIES = EntityType.of(Category.class)
            .named("categories")
            .identifiedBy(Category::id)
            .nullable(Category::parent)
            .referencesSelf(Category::parent, OnDelete.RESTRICT)
            .build();

    /** Keys are scanned in their order, so every child comes before its parent, each in a batch of its own. */
    @Test
    void aTreeWhoseChildrenComeFirstArrivesWhole(@TempDir Path directory) {
        Catalog catalog = Catalog.of(CATEGORIES);
        try (Storage blobs = Storages.open("memory:", catalog);
                Storage rows = Storages.open("jdbc:sqlite:" + directory.resolve("t.db"), catalog)) {
            List<Category> tree = List.of(
                    new Category("a", "b"),
                    new Category("b", "c"),
                    new Category("c", "d"),
                    new Category("d", null),
                    new Category("e", "nobody"));
            blobs.repository(CATEGORIES).insertAll(tree);
            BackfillReport report =
                    Migration.from(blobs).to(rows).batch(1).build().backfill();
            assertThat(report.entities())
                    .singleElement()
                    .satisfies(type ->
                            assertThat(type.residue()).as("the child of nobody").isEqualTo(1));
            assertThat(rows.repository(CATEGORIES).all().allowScan().list()).isEqualTo(tree.subList(0, 4));
        }
    }

    @Test
    void aRepairOfATreeOfManyPagesBringsItWhole(@TempDir Path directory) {
        Catalog catalog = Catalog.of(CATEGORIES);
        try (Storage blobs = Storages.open("memory:", catalog);
                Storage rows = Storages.open("jdbc:sqlite:" + directory.resolve("t.db"), catalog)) {
            List<Category> tree = new ArrayList<>();
            for (int i = 0; i < 2_100; i++) {
                tree.add(new Category("%05d".formatted(i), i % 2 == 0 ? "y" : "z"));
            }
            tree.add(new Category("x", "nobody"));
            tree.add(new Category("y", "z"));
            tree.add(new Category("z", null));
            blobs.repository(CATEGORIES).insertAll(tree);
            RepairReport report =
                    Repair.between(blobs, rows, Clock.systemUTC()).run(EnumSet.of(Difference.Kind.MISSING));
            assertThat(report.equal()).isTrue();
            assertThat(rows.repository(CATEGORIES).all().allowScan().count()).isEqualTo(2_102);
            List<String> residue = new ArrayList<>();
            MigrationTarget.of(rows).residue(item -> residue.add(item.partition()));
            assertThat(residue).containsExactly("x");
        }
    }
}
