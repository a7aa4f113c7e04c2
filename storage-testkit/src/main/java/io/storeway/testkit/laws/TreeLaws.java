package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.Linked;
import io.storeway.OnDelete;
import io.storeway.Repository;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Records that refer to others of their own type, as in a tree. */
final class TreeLaws {

    private static final int DEPTH = 300;

    record Category(String id, @Nullable String parent) {}

    private static final EntityType<Category> CASCADING = category("cascading", OnDelete.CASCADE);
    private static final EntityType<Category> RESTRICTING = category("restricting", OnDelete.RESTRICT);
    private static final Catalog CATALOG = Catalog.of(CASCADING, RESTRICTING);

    private TreeLaws() {}

    private static EntityType<Category> category(String name, OnDelete onDelete) {
        return EntityType.of(Category.class)
                .named(name)
                .identifiedBy(Category::id)
                .nullable(Category::parent)
                .referencesSelf(Category::parent, onDelete)
                .build();
    }

    static List<Law> all() {
        Set<Capability> references = Set.of(Capability.REFERENCES);
        return List.of(
                new Law(
                        "L01-tree",
                        "a batch with a tree may be in any order",
                        Set.of(Capability.WRITES, Capability.UNITS_OF_WORK),
                        TreeLaws::anyOrder),
                new Law(
                        "L01-tree-missing",
                        "a record with a missing parent is refused by name",
                        references,
                        TreeLaws::missing),
                new Law(
                        "L01-tree-cascade",
                        "deleting a record deletes the tree below it",
                        references,
                        TreeLaws::cascade),
                new Law(
                        "L01-tree-circle",
                        "records that refer to themselves or to each other can be deleted",
                        Set.of(Capability.WRITES),
                        TreeLaws::circle),
                new Law(
                        "L01-tree-restrict",
                        "a record with children can't be deleted",
                        references,
                        TreeLaws::restrict));
    }

    private static void expect(Runnable write, String name) {
        ConstraintViolationException refusal = catchThrowableOfType(ConstraintViolationException.class, write::run);
        assertThat(refusal).as("a violation of " + name).isNotNull();
        assertThat(refusal.kind()).isEqualTo(ConstraintKind.REFERENCE);
        assertThat(refusal.constraint()).isEqualTo(name);
        assertThat(refusal.columns()).isEqualTo(List.of("parent"));
    }

    private static void anyOrder(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Category> categories = storage.repository(CASCADING);
            List<Category> chain = new ArrayList<>();
            for (int i = 0; i < DEPTH; i++) {
                chain.add(new Category("c" + i, i == 0 ? null : "c" + (i - 1)));
            }
            Collections.reverse(chain);
            categories.insertAll(chain);
            categories.insert(new Category("own", "own"));
            assertThat(categories.all().allowScan().count()).isEqualTo(DEPTH + 1);
            Collections.shuffle(chain, new Random(context.seed()));
            categories.saveAll(chain);
            Field<Category, String> id = CASCADING.field(Category::id);
            assertThat(categories
                            .where(id.in(List.of("c0", "c7", "own")))
                            .allowScan()
                            .with(Category::parent, CASCADING)
                            .list())
                    .containsExactly(
                            new Linked<>(new Category("c0", null), null),
                            new Linked<>(new Category("c7", "c6"), new Category("c6", "c5")),
                            new Linked<>(new Category("own", "own"), new Category("own", "own")));
            context.effective(3);
        });
    }

    private static void circle(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Category> restricting = storage.repository(RESTRICTING);
            restricting.insert(new Category("own", "own"));
            assertThat(restricting.delete("own")).isTrue();
            Repository<Category> cascading = storage.repository(CASCADING);
            cascading.insert(new Category("own", "own"));
            assertThat(cascading.delete("own")).isTrue();
            cascading.insert(new Category("a", null));
            cascading.insert(new Category("b", "a"));
            cascading.update(new Category("a", "b"));
            assertThat(cascading.delete("a")).isTrue();
            cascading.delete("b");
            assertThat(cascading.all().allowScan().list()).isEmpty();
            assertThat(restricting.all().allowScan().list()).isEmpty();
            context.effective(3);
        });
    }

    private static void missing(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Category> categories = storage.repository(RESTRICTING);
            expect(() -> categories.insert(new Category("a", "none")), "restricting_parent_fk");
            expect(
                    () -> categories.insertAll(List.of(new Category("a", "b"), new Category("b", "none"))),
                    "restricting_parent_fk");
            expect(
                    () -> categories.insertAll(List.of(new Category("a", "b"), new Category("b", "a"))),
                    "restricting_parent_fk");
            expect(
                    () -> categories.saveAll(
                            List.of(new Category("a", null), new Category("b", "a"), new Category("a", "b"))),
                    "restricting_parent_fk");
            categories.insert(new Category("a", null));
            expect(() -> categories.update(new Category("a", "none")), "restricting_parent_fk");
            assertThat(categories.all().allowScan().list()).containsExactly(new Category("a", null));
            context.effective(4);
        });
    }

    private static void cascade(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Category> categories = storage.repository(CASCADING);
            categories.insertAll(List.of(
                    new Category("root", null),
                    new Category("a", "root"),
                    new Category("a1", "a"),
                    new Category("a11", "a1"),
                    new Category("b", "root")));
            assertThat(categories.deleteAll(List.of(Key.of("a"), Key.of("a1"), Key.of("none"))))
                    .as("records that were there, one below the other")
                    .isEqualTo(2);
            assertThat(categories.all().allowScan().list())
                    .containsExactly(new Category("b", "root"), new Category("root", null));
            assertThat(categories.delete("root")).isTrue();
            assertThat(categories.all().allowScan().count()).isZero();
            context.effective(2);
        });
    }

    private static void restrict(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Category> categories = storage.repository(RESTRICTING);
            categories.insertAll(List.of(new Category("a", "root"), new Category("root", null)));
            expect(() -> categories.delete("root"), "restricting_parent_fk");
            categories.insert(new Category("free", null));
            expect(() -> categories.deleteAll(List.of(Key.of("free"), Key.of("root"))), "restricting_parent_fk");
            expect(() -> categories.partition("root").clear(), "restricting_parent_fk");
            assertThat(categories.all().allowScan().count())
                    .as("records after refused deletions")
                    .isEqualTo(3);
            categories.delete("free");
            assertThat(categories.deleteAll(List.of(Key.of("root"), Key.of("a"))))
                    .as("a tree deleted as a whole")
                    .isEqualTo(2);
            assertThat(categories.all().allowScan().count()).isZero();
            context.effective(2);
        });
    }
}
