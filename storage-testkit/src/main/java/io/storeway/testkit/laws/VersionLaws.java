package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Partition;
import io.storeway.PartitionSnapshot;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.RecordNotFoundException;
import io.storeway.error.VersionConflictException;
import io.storeway.testkit.laws.LawTypes.Item;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Optimistic updates: a writer that has not seen the latest version is refused. */
final class VersionLaws {

    private static final int WRITERS = 3;
    private static final int ROUNDS = 3;

    record Account(String bank, String id, long balance, long rowVersion) {}

    static final EntityType<Account> ACCOUNTS = EntityType.of(Account.class)
            .named("accounts")
            .partitionedBy(Account::bank)
            .identifiedBy(Account::id)
            .versionedBy(Account::rowVersion)
            .build();

    static final Catalog CATALOG = Catalog.of(ACCOUNTS, LawTypes.ITEMS);

    private VersionLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L21-update",
                        "an update on another version is refused",
                        Set.of(Capability.WRITES, Capability.CONDITIONAL_WRITES),
                        VersionLaws::update),
                new Law(
                        "L11-version",
                        "a batch with one stale record leaves nothing",
                        Set.of(Capability.WRITES, Capability.CONDITIONAL_WRITES),
                        VersionLaws::batch),
                new Law(
                        "L21-save",
                        "a save or a replacement on another version is refused",
                        Set.of(Capability.WRITES, Capability.CONDITIONAL_WRITES),
                        VersionLaws::save),
                new Law(
                        "L21-race",
                        "of writers with one version one wins",
                        Set.of(Capability.WRITES, Capability.UNITS_OF_WORK, Capability.CONDITIONAL_WRITES),
                        VersionLaws::race),
                new Law(
                        "L21-partition",
                        "a partition is replaced only on the version that it was read with",
                        Set.of(Capability.WRITES, Capability.PARTITION_VERSIONS),
                        VersionLaws::partition));
    }

    private static void expectConflict(Runnable write) {
        assertThat(catchThrowableOfType(VersionConflictException.class, write::run))
                .as("a version conflict")
                .isNotNull();
    }

    private static void update(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Account> accounts = storage.repository(ACCOUNTS);
            Account first = new Account("b", "1", 100, 7);
            accounts.insert(first);
            assertThat(accounts.find("b", "1")).as("a new record").contains(first);
            Account second = accounts.update(new Account("b", "1", 90, 7));
            assertThat(second).isEqualTo(new Account("b", "1", 90, 8));
            assertThat(accounts.find("b", "1")).contains(second);
            for (long stale : new long[] {7, 9, 0, -1}) {
                expectConflict(() -> accounts.update(new Account("b", "1", 0, stale)));
                assertThat(accounts.find("b", "1")).contains(second);
                context.effective(1);
            }
            assertThat(accounts.update(second).rowVersion()).isEqualTo(9);
            assertThat(catchThrowableOfType(
                            RecordNotFoundException.class, () -> accounts.update(new Account("b", "2", 0, 1))))
                    .as("an update of an absent record")
                    .isNotNull();
        });
    }

    private static void batch(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Account> accounts = storage.repository(ACCOUNTS);
            List<Account> before = Stream.of("1", "2", "3")
                    .map(id -> new Account("b", id, 1, 1))
                    .toList();
            accounts.insertAll(before);
            for (int bad = 0; bad < before.size(); bad++) {
                int stale = bad;
                List<Account> batch = before.stream()
                        .map(each -> new Account("b", each.id(), 2, before.indexOf(each) == stale ? 5 : 1))
                        .toList();
                expectConflict(() -> accounts.updateAll(batch));
                expectConflict(() -> accounts.saveAll(batch));
                assertThat(accounts.partition("b").list()).isEqualTo(before);
                context.effective(2);
            }
            accounts.updateAll(before);
            assertThat(accounts.partition("b").list())
                    .extracting(Account::rowVersion)
                    .containsOnly(2L);
        });
    }

    private static void save(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Account> accounts = storage.repository(ACCOUNTS);
            Partition<Account> bank = accounts.partition("b");
            accounts.save(new Account("b", "1", 1, 3));
            assertThat(bank.list()).containsExactly(new Account("b", "1", 1, 3));
            accounts.saveAll(List.of(new Account("b", "2", 1, 0), new Account("b", "1", 2, 3)));
            assertThat(bank.list()).containsExactly(new Account("b", "1", 2, 4), new Account("b", "2", 1, 0));
            expectConflict(() -> accounts.save(new Account("b", "1", 0, 3)));
            expectConflict(() -> bank.replace(List.of(new Account("b", "1", 0, 3))));
            assertThat(bank.list()).containsExactly(new Account("b", "1", 2, 4), new Account("b", "2", 1, 0));
            bank.replace(List.of(new Account("b", "1", 5, 4), new Account("b", "3", 1, 1)));
            assertThat(bank.list()).containsExactly(new Account("b", "1", 5, 5), new Account("b", "3", 1, 1));
            assertThat(accounts.delete("b", "1"))
                    .as("a deletion, which asks for no version")
                    .isTrue();
            context.effective(5);
        });
    }

    private static void race(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Account> accounts = storage.repository(ACCOUNTS);
            accounts.insert(new Account("b", "1", 0, 0));
            for (int round = 0; round < ROUNDS; round++) {
                Account read = accounts.find("b", "1").orElseThrow();
                CountDownLatch met = new CountDownLatch(WRITERS);
                List<Boolean> won = Clients.run(Collections.nCopies(WRITERS, () -> tryToAdd(storage, read, met)));
                assertThat(won).as("whether each writer won").containsOnlyOnce(true);
                context.effective(1);
            }
            assertThat(accounts.find("b", "1")).contains(new Account("b", "1", ROUNDS, ROUNDS));
        });
    }

    private static boolean tryToAdd(Storage storage, Account read, CountDownLatch met) {
        try {
            return storage.transact(unit -> {
                unit.repository(ACCOUNTS).update(new Account("b", "1", read.balance() + 1, read.rowVersion()));
                met.countDown();
                Clients.await(met);
                return true;
            });
        } catch (VersionConflictException e) {
            return false;
        }
    }

    private static void partition(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Item> items = storage.repository(LawTypes.ITEMS);
            Partition<Item> owner = items.partition("o");
            PartitionSnapshot<Item> nothing = owner.snapshot();
            assertThat(nothing.items()).isEmpty();
            owner.replace(List.of(new Item("o", "b", 1L), new Item("o", "a", 1L)), nothing.version());
            expectConflict(() -> owner.replace(List.of(), nothing.version()));
            PartitionSnapshot<Item> read = owner.snapshot();
            assertThat(read.items()).isEqualTo(owner.list()).hasSize(2);
            items.update(new Item("o", "a", 2L));
            expectConflict(() -> owner.replace(List.of(new Item("o", "c", 1L)), read.version()));
            items.update(new Item("o", "a", 1L));
            expectConflict(() -> owner.replace(List.of(new Item("o", "c", 1L)), read.version()));
            assertThat(owner.list()).isEqualTo(read.items());
            String version = owner.snapshot().version();
            items.insert(new Item("p", "a", 1L));
            owner.replace(List.of(new Item("o", "c", 1L)), version);
            assertThat(owner.list()).containsExactly(new Item("o", "c", 1L));
            String last = owner.snapshot().version();
            owner.clear();
            expectConflict(() -> owner.replace(List.of(), last));
            items.insert(new Item("o", "c", 1L));
            expectConflict(() -> owner.replace(List.of(), last));
            context.effective(5);
        });
    }
}
