package io.storeway.kv;

import static io.storeway.kv.EnforcedConstraintsTest.BOOKS;
import static io.storeway.kv.EnforcedConstraintsTest.CATALOG;
import static io.storeway.kv.EnforcedConstraintsTest.COPIES;
import static io.storeway.kv.EnforcedConstraintsTest.USERS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Blob;
import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Missing;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import io.storeway.error.SchemaMismatchException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.EnforcedConstraintsTest.Book;
import io.storeway.kv.EnforcedConstraintsTest.Copy;
import io.storeway.kv.EnforcedConstraintsTest.User;
import io.storeway.kv.backup.Backup;
import io.storeway.kv.backup.OtherKeys;
import io.storeway.kv.backup.RestoreReport;
import io.storeway.kv.internal.IndexKeys;
import io.storeway.kv.wrong.WrongStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.PartitionState;
import io.storeway.testkit.call.Interposed;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When an index is there, how it is built, and what is refused without one. */
class ConstraintIndexTest {

    /** The users of a release that knows no rule of theirs. */
    private static final EntityType<User> LAX = EntityType.of(User.class)
            .named("users")
            .identifiedBy(User::id)
            .nullable(User::email, User::until)
            .build();

    private final MemoryStore store = new MemoryStore();

    private static KvStorage enforced(KeyValueStore store) {
        return KvStorage.open(store, CATALOG, Clock.systemUTC(), Constraints.ENFORCED);
    }

    @Test
    void aStoreWithoutRecordsNeedsNoBuild() {
        assertThat(enforced(store).capabilities().declared()).contains(Capability.REFERENCES, Capability.UNIQUE_KEYS);
        enforced(store).repository(USERS).insert(new User("a", "x"));
        assertThatThrownBy(() -> enforced(store).repository(USERS).insert(new User("b", "x")))
                .isInstanceOf(ConstraintViolationException.class);
    }

    @Test
    void aCatalogWithoutRulesIsIndexedByNothing() {
        ConstraintIndex.build(store, Catalog.of(LAX));
        assertThat(store.list("", null, 1).entries()).isEmpty();
    }

    @Test
    void aReleaseThatKnowsNoRuleOfATypeWritesNothingPastTheIndexOfANewerOne() {
        KvStorage before = KvStorage.open(store, Catalog.of(LAX), Clock.systemUTC(), Constraints.ENFORCED);
        enforced(store).repository(USERS).insert(new User("a", "x"));
        List<PartitionState> states = enforced(store).replica().read(USERS, List.of(Key.of("a")));
        for (Runnable write : List.<Runnable>of(
                () -> before.repository(LAX).insert(new User("b", "x")),
                () -> before.replica().<Object>transact(unit -> unit.apply(LAX, states)))) {
            assertThatThrownBy(write::run)
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("constraints of users which this catalog doesn't declare");
        }
        assertThat(before.repository(LAX).find("a")).contains(new User("a", "x"));
    }

    @Test
    void anEmptyIndexIsMadeOnlyWhereSomethingMayBeMade() {
        KvStorage.owning(store, CATALOG, Clock.systemUTC(), Constraints.ENFORCED, Missing.ALLOW);
        assertThat(store.list("", null, 1).entries()).isEmpty();
        enforced(store);
        assertThat(store.list("", null, 1).entries()).isNotEmpty();
    }

    @Test
    void recordsWithoutAnIndexAreRefusedUntilItIsBuilt() {
        KvStorage before = KvStorage.open(store, CATALOG);
        assertThat(before.capabilities().reason(Capability.UNIQUE_KEYS).orElseThrow())
                .contains("constraints=enforced");
        before.repository(USERS).insert(new User("a", "x"));
        assertThatThrownBy(() -> enforced(store))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("ConstraintIndex.build(store, catalog)");
        ConstraintIndex.build(store, CATALOG);
        assertThatThrownBy(() -> enforced(store).repository(USERS).insert(new User("b", "x")))
                .isInstanceOf(ConstraintViolationException.class);
    }

    @Test
    void aBuildNamesEachRecordThatBreaksARule() {
        Storage before = KvStorage.open(store, CATALOG);
        before.repository(USERS).insertAll(List.of(new User("a", "secret"), new User("b", "secret")));
        before.repository(BOOKS).insert(new Book("i"));
        before.repository(COPIES)
                .insertAll(List.of(new Copy("a", 1, "i"), new Copy("a", 2, "none"), new Copy("nobody", 1, null)));
        SchemaMismatchException refusal =
                catchThrowableOfType(SchemaMismatchException.class, () -> ConstraintIndex.build(store, CATALOG));
        assertThat(refusal).hasMessageStartingWith("Records break the rules of their entity types: ");
        assertThat(refusal.differences())
                .hasSize(3)
                .anyMatch(
                        each -> each.startsWith("users #") && each.contains("UNIQUE constraint users_email_uq (email)"))
                .anyMatch(each -> each.matches("copies #.*, record 1: REFERENCE constraint copies_isbn_fk .*"))
                .anyMatch(each -> each.matches("copies #.*, record 0: REFERENCE constraint copies_user_fk .*"))
                .noneMatch(each -> each.contains("secret"));
        assertThat(store.list("__storeway", null, 10).entries()).isEmpty();
        before.repository(USERS).delete("b");
        before.repository(COPIES).delete("nobody", 1);
        before.repository(COPIES).update(new Copy("a", 2, null));
        ConstraintIndex.build(store, CATALOG);
        assertThatThrownBy(() -> enforced(store).repository(BOOKS).delete("i"))
                .isInstanceOf(ConstraintViolationException.class);
    }

    @Test
    void anIndexIsBuiltPageByPage() {
        Storage before = KvStorage.open(store, CATALOG);
        for (int i = 0; i < 700; i++) {
            before.repository(USERS).insert(new User("u" + i, "e" + i % 699));
        }
        assertThatThrownBy(() -> ConstraintIndex.build(store, CATALOG)).hasMessageContaining("users_email_uq");
        before.repository(USERS).delete("u699");
        ConstraintIndex.build(store, CATALOG);
        assertThat(store.list(IndexKeys.unique("users"), null, 1_000).entries()).hasSize(699);
    }

    @Test
    void aWriterWithoutEnforcementIsRefusedWhereOthersEnforce() {
        enforced(store);
        KvStorage past = KvStorage.open(store, CATALOG);
        assertThatThrownBy(() -> past.repository(USERS).insert(new User("a", "x")))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("constraints=enforced")
                .hasMessageContaining("ConstraintIndex.drop");
        assertThat(past.repository(USERS).exists("a")).isFalse();
        KvStorage elsewhere = KvStorage.open(store, Catalog.of(Samples.LIBRARY));
        elsewhere.repository(Samples.LIBRARY).insert(new Samples.Shelf("u", "one", Samples.Status.completed, 1));
    }

    @Test
    void aStorageStopsWritingWhenTheIndexIsGivenUp() {
        KvStorage open = enforced(store);
        open.repository(USERS).insert(new User("a", "x"));
        ConstraintIndex.drop(store, CATALOG);
        assertThatThrownBy(() -> open.repository(USERS).insert(new User("b", "y")))
                .isInstanceOf(UnsupportedCapabilityException.class);
        assertThat(store.list("__storeway", null, 10).entries()).isEmpty();
        KvStorage.open(store, CATALOG).repository(USERS).insert(new User("c", "x"));
        assertThatThrownBy(() -> enforced(store)).isInstanceOf(UnsupportedCapabilityException.class);
    }

    @Test
    void aFurtherRuleNeedsABuild() {
        EntityType<Book> books = EntityType.of(Book.class)
                .named("books")
                .identifiedBy(Book::isbn)
                .build();
        KvStorage.open(store, Catalog.of(books), Clock.systemUTC(), Constraints.ENFORCED)
                .repository(books)
                .insert(new Book("i"));
        assertThatThrownBy(() -> enforced(store)).hasMessageContaining("build");
        ConstraintIndex.build(store, CATALOG);
        enforced(store).repository(BOOKS).insert(new Book("j"));
    }

    @Test
    void aBuildThatWasBrokenOffIsNoIndex() {
        Storage before = KvStorage.open(store, CATALOG);
        before.repository(USERS).insert(new User("a", "x"));
        AtomicInteger commits = new AtomicInteger();
        KeyValueStore halting = Interposed.store(store, call -> {
            if (call.verb().equals("commit") && commits.incrementAndGet() > 1) {
                throw new IllegalStateException("halted");
            }
            return call.proceed();
        });
        assertThatThrownBy(() -> ConstraintIndex.build(halting, CATALOG)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> enforced(store)).hasMessageContaining("build");
        assertThatThrownBy(
                        () -> KvStorage.open(store, CATALOG).repository(USERS).insert(new User("b", "x")))
                .hasMessageContaining("past it");
        ConstraintIndex.build(store, CATALOG);
        enforced(store).repository(USERS).insert(new User("c", "y"));
    }

    @Test
    void aStoreWithoutAtomicCommitsIsRefused() {
        KeyValueStore spread = new WrongStore(store) {
            @Override
            public Capabilities capabilities() {
                return super.capabilities().without(Capability.UNITS_OF_WORK, "keys lie in different slots");
            }
        };
        assertThatThrownBy(() -> enforced(spread))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("atomic commits")
                .hasMessageContaining("keys lie in different slots")
                .hasMessageContaining("without constraints=enforced");
        assertThat(KvStorage.open(spread, CATALOG)
                        .capabilities()
                        .reason(Capability.REFERENCES)
                        .orElseThrow())
                .doesNotContain("enforced");
    }

    record Session(String id, @Nullable Instant until) {}

    record Visit(String id, String session) {}

    @Test
    void aTypeThatTheStoreDropsCannotBeReferredTo() {
        EntityType<Session> sessions = EntityType.of(Session.class)
                .named("sessions")
                .identifiedBy(Session::id)
                .nullable(Session::until)
                .expiresAt(Session::until)
                .keyValue("session:{id}", Blob.<Session>object().expiry(Session::until))
                .build();
        EntityType<Visit> visits = EntityType.of(Visit.class)
                .named("visits")
                .identifiedBy(Visit::id)
                .references(Visit::session, sessions, OnDelete.CASCADE)
                .build();
        assertThatThrownBy(() ->
                        KvStorage.open(store, Catalog.of(sessions, visits), Clock.systemUTC(), Constraints.ENFORCED))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("member of the blob");
    }

    @Test
    void theOptionOfTheUriIsChecked() {
        assertThatThrownBy(() -> Storages.open("memory:?constraints=some", CATALOG))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("declined, enforced");
        assertThatThrownBy(() -> Storages.open("memory:?constraints=enforced&constraints=declined", CATALOG))
                .isInstanceOf(InvalidValueException.class);
    }

    @Test
    void theIndexIsNoData(@TempDir Path folder) {
        KvStorage storage = enforced(store);
        storage.repository(USERS).insert(new User("a", "x"));
        assertThat(storage.replica().inventory().uncovered()).isEmpty();
        Path file = folder.resolve("backup.ndjson");
        assertThat(Backup.write(store, file, done -> {}).entries()).isEqualTo(1);
        Backup backup = Backup.open(file, done -> {});
        storage.repository(USERS).update(new User("a", "y"));
        RestoreReport report = backup.restore(store, OtherKeys.KEEP, done -> {});
        assertThat(report.others()).isZero();
        assertThatThrownBy(() -> storage.repository(USERS).insert(new User("b", "x")))
                .as("the index is not that of the restored data")
                .isInstanceOf(UnsupportedCapabilityException.class);
        ConstraintIndex.build(store, CATALOG);
        assertThatThrownBy(() -> storage.repository(USERS).insert(new User("b", "x")))
                .isInstanceOf(ConstraintViolationException.class);
    }
}
