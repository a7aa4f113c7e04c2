package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.RecordNotFoundException;
import io.storeway.testkit.laws.LawTypes.Child;
import io.storeway.testkit.laws.LawTypes.Color;
import io.storeway.testkit.laws.LawTypes.Ruled;
import io.storeway.testkit.laws.LawTypes.Single;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** A violated constraint is reported with the same kind and name on every storage, and the refused write has no effect. */
final class ConstraintLaws {

    private static final Ruled ANN = new Ruled("1", "ann@example.org", 5, Color.RED);

    private ConstraintLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L02-key",
                        "a repeated key is refused by name",
                        Set.of(Capability.WRITES),
                        ConstraintLaws::repeatedKey),
                new Law(
                        "L02-unique",
                        "a repeated unique key is refused by name",
                        Set.of(Capability.WRITES, Capability.UNIQUE_KEYS),
                        ConstraintLaws::uniqueKey),
                new Law(
                        "L01-missing",
                        "a record that refers to nothing is refused by name",
                        Set.of(Capability.WRITES, Capability.REFERENCES),
                        ConstraintLaws::missingParent),
                new Law(
                        "L01-cascade",
                        "a deleted record takes those that refer to it along",
                        Set.of(Capability.WRITES, Capability.REFERENCES),
                        ConstraintLaws::cascade),
                new Law(
                        "L12-check",
                        "a value outside its range is refused by name",
                        Set.of(Capability.WRITES),
                        ConstraintLaws::check),
                new Law(
                        "L15-batch",
                        "a batch with one bad record leaves nothing",
                        Set.of(Capability.WRITES),
                        ConstraintLaws::batch),
                new Law(
                        "L05-absent",
                        "an update of an absent record is refused",
                        Set.of(Capability.WRITES),
                        ConstraintLaws::absent));
    }

    private static void repeatedKey(LawContext context) {
        context.withStorage(storage -> {
            Repository<Ruled> ruled = storage.repository(LawTypes.RULED);
            ruled.insert(ANN);
            expect(
                    () -> ruled.insert(new Ruled("1", "b@example.org", 1, Color.GREEN)),
                    ConstraintKind.UNIQUE,
                    "ruled_pk",
                    List.of("id"));
            assertThat(ruled.find("1")).contains(ANN);
            context.effective(1);
        });
    }

    private static void uniqueKey(LawContext context) {
        context.withStorage(storage -> {
            Repository<Ruled> ruled = storage.repository(LawTypes.RULED);
            ruled.insert(ANN);
            Ruled twin = new Ruled("2", ANN.email(), 1, Color.GREEN);
            expect(() -> ruled.insert(twin), ConstraintKind.UNIQUE, "ruled_email_uq", List.of("email"));
            expect(() -> ruled.save(twin), ConstraintKind.UNIQUE, "ruled_email_uq", List.of("email"));
            // A second insert of the same record reports the primary key, not the unique key.
            expect(() -> ruled.insert(ANN), ConstraintKind.UNIQUE, "ruled_pk", List.of("id"));
            ruled.insert(new Ruled("2", "b@example.org", 1, Color.GREEN));
            expect(() -> ruled.update(twin), ConstraintKind.UNIQUE, "ruled_email_uq", List.of("email"));
            for (Runnable write : List.<Runnable>of(
                    () -> ruled.partition("2").replace(List.of(twin)),
                    () -> ruled.insertAll(List.of(ruled("3", "c@example.org"), ruled("4", "c@example.org"))),
                    () -> save(storage, LawTypes.RULED, twin))) {
                expect(write, ConstraintKind.UNIQUE, "ruled_email_uq", List.of("email"));
                assertThat(ruled.all().allowScan().count()).isEqualTo(2);
                context.effective(1);
            }
            assertThat(ruled.find("1")).contains(ANN);
            context.effective(4);
        });
        context.withStorage(ConstraintLaws::uniqueKeysThatComeAndGo);
    }

    private static void uniqueKeysThatComeAndGo(Storage storage) {
        Repository<Ruled> ruled = storage.repository(LawTypes.RULED);
        for (String alike : List.of("ann", "Ann", "ann ", " ann", "\u00e1nn", "a\u0301nn", "")) {
            ruled.insert(ruled("of " + alike, alike));
        }
        ruled.update(ruled("of Ann", "other"));
        ruled.insert(ruled("after an update", "Ann"));
        ruled.delete("of ann");
        ruled.insert(ruled("after a deletion", "ann"));
        ruled.partition("of  ann").clear();
        ruled.insert(ruled("after a clear", " ann"));
        assertThat(ruled.all().allowScan().count())
                .as("records whose emails are alike")
                .isEqualTo(8);
    }

    private static Ruled ruled(String id, String email) {
        return new Ruled(id, email, null, Color.GREEN);
    }

    /** In a unit of work where the storage has such. */
    private static <T> void save(Storage storage, EntityType<T> type, T item) {
        if (storage.capabilities().has(Capability.UNITS_OF_WORK)) {
            storage.run(unit -> unit.repository(type).save(item));
        } else {
            storage.repository(type).save(item);
        }
    }

    private static void missingParent(LawContext context) {
        context.withStorage(storage -> {
            Repository<Child> children = storage.repository(LawTypes.CHILDREN);
            expect(
                    () -> children.insert(new Child("none", "c")),
                    ConstraintKind.REFERENCE,
                    "children_parent_fk",
                    List.of("parent"));
            expect(
                    () -> children.save(new Child("none", "c")),
                    ConstraintKind.REFERENCE,
                    "children_parent_fk",
                    List.of("parent"));
            storage.repository(LawTypes.RULED).insert(ANN);
            for (Runnable write : List.<Runnable>of(
                    () -> children.insertAll(List.of(new Child("1", "c"), new Child("none", "c"))),
                    () -> children.partition("none").replace(List.of(new Child("none", "c"))),
                    () -> save(storage, LawTypes.CHILDREN, new Child("none", "c")))) {
                expect(write, ConstraintKind.REFERENCE, "children_parent_fk", List.of("parent"));
            }
            assertThat(children.all().allowScan().list()).isEmpty();
            context.effective(5);
        });
    }

    private static void cascade(LawContext context) {
        context.withStorage(storage -> {
            Repository<Ruled> ruled = storage.repository(LawTypes.RULED);
            Repository<Child> children = storage.repository(LawTypes.CHILDREN);
            ruled.insertAll(List.of(ANN, new Ruled("2", "b@example.org", null, Color.GREEN)));
            children.insertAll(List.of(new Child("1", "a"), new Child("1", "b"), new Child("2", "c")));
            ruled.save(new Ruled("1", "new@example.org", 4, Color.RED));
            assertThat(children.partition("1").count())
                    .as("children after a save of the parent")
                    .isEqualTo(2);
            assertThat(ruled.delete("1")).isTrue();
            assertThat(children.partition("1").list()).isEmpty();
            assertThat(children.partition("2").count()).isEqualTo(1);
            ruled.partition("2").clear();
            assertThat(children.partition("2").list())
                    .as("children of what was cleared")
                    .isEmpty();
            context.effective(2);
        });
    }

    private static void check(LawContext context) {
        context.withStorage(storage -> {
            Repository<Ruled> ruled = storage.repository(LawTypes.RULED);
            for (int rating : new int[] {0, 6, Integer.MIN_VALUE}) {
                expect(
                        () -> ruled.insert(new Ruled("1", "a", rating, Color.RED)),
                        ConstraintKind.CHECK,
                        "ruled_rating_ck",
                        List.of("rating"));
            }
            for (int rating : new int[] {1, 5}) {
                ruled.save(new Ruled("1", "a", rating, Color.RED));
            }
            assertThat(ruled.find("1")).contains(new Ruled("1", "a", 5, Color.RED));
            Ruled unrated = new Ruled("2", "b", null, Color.RED);
            ruled.insert(unrated);
            assertThat(ruled.find("2")).as("a record without the value").contains(unrated);
            context.effective(6);
        });
    }

    private static void batch(LawContext context) {
        for (int bad = 0; bad < 5; bad++) {
            int at = bad;
            context.withStorage(storage -> {
                Repository<Single> singles = storage.repository(LawTypes.SINGLES);
                singles.insert(new Single("x", 0, null));
                List<Single> batch = IntStream.range(0, 5)
                        .mapToObj(i -> new Single(i == at ? "x" : "n" + i, i, null))
                        .toList();
                expect(() -> singles.insertAll(batch), ConstraintKind.UNIQUE, "singles_pk", List.of("id"));
                assertThat(all(storage)).containsExactly(new Single("x", 0, null));
                List<Single> updates = IntStream.range(0, 5)
                        .mapToObj(i -> new Single(i == at ? "absent" : "x", 7, null))
                        .toList();
                RecordNotFoundException refusal =
                        catchThrowableOfType(RecordNotFoundException.class, () -> singles.updateAll(updates));
                assertThat(refusal).as("update of an absent record").isNotNull();
                assertThat(all(storage)).containsExactly(new Single("x", 0, null));
                context.effective(2);
            });
        }
    }

    private static List<Single> all(Storage storage) {
        return storage.repository(LawTypes.SINGLES).all().allowScan().list();
    }

    private static void absent(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            RecordNotFoundException refusal = catchThrowableOfType(
                    RecordNotFoundException.class, () -> singles.update(new Single("secret-id", 1, null)));
            assertThat(refusal).isNotNull();
            assertThat(refusal.context().operation()).isEqualTo("update");
            assertThat(refusal.context().entity()).isEqualTo("singles");
            assertThat(refusal.getMessage()).doesNotContain("secret-id");
            assertThat(singles.delete("secret-id")).isFalse();
            assertThat(all(storage)).isEmpty();
            context.effective(2);
        });
    }

    private static void expect(Runnable write, ConstraintKind kind, String name, List<String> columns) {
        ConstraintViolationException refusal = catchThrowableOfType(ConstraintViolationException.class, write::run);
        assertThat(refusal).as("a violation of " + name).isNotNull();
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal.constraint()).isEqualTo(name);
        assertThat(refusal.columns()).isEqualTo(columns);
    }
}
