package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.TransactionFailedException;
import io.storeway.error.VersionConflictException;
import io.storeway.testkit.fault.JavaProcess;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two processes on one database lose no update of each other's. */
@Tag("slow")
class TwoProcessesTest {

    private static final int ROUNDS = 100;

    record Account(String id, long version, int balance) {}

    static final EntityType<Account> ACCOUNTS = EntityType.of(Account.class)
            .named("accounts")
            .identifiedBy(Account::id)
            .versionedBy(Account::version)
            .build();

    @TempDir
    Path directory;

    /** Adds one to two accounts, again and again: to one in a unit, to the other on the version that was read. */
    static final class Adding {

        private Adding() {}

        public static void main(String[] arguments) {
            try (Storage storage = Storages.open(arguments[0], Catalog.of(ACCOUNTS))) {
                System.out.println("ready");
                for (int round = 0; round < ROUNDS; round++) {
                    inAUnit(storage);
                    onItsVersion(storage.repository(ACCOUNTS));
                }
            }
            System.out.println("done");
        }

        private static void inAUnit(Storage storage) {
            while (true) {
                try {
                    storage.transact(unit -> {
                        Repository<Account> accounts = unit.repository(ACCOUNTS);
                        return accounts.update(more(accounts.find("unit").orElseThrow()));
                    });
                    return;
                } catch (TransactionFailedException | VersionConflictException e) {
                    Thread.onSpinWait();
                }
            }
        }

        private static void onItsVersion(Repository<Account> accounts) {
            while (true) {
                try {
                    accounts.update(more(accounts.find("version").orElseThrow()));
                    return;
                } catch (VersionConflictException | TransactionFailedException e) {
                    Thread.onSpinWait();
                }
            }
        }

        private static Account more(Account account) {
            return new Account(account.id(), account.version(), account.balance() + 1);
        }
    }

    @ParameterizedTest
    @MethodSource("io.storeway.sql.Engine#shared")
    void twoProcessesLoseNoUpdate(Engine engine) throws InterruptedException {
        String uri = engine.uri(directory);
        try (Storage storage = Storages.open(uri, Catalog.of(ACCOUNTS))) {
            Repository<Account> accounts = storage.repository(ACCOUNTS);
            accounts.insert(new Account("unit", 0, 0));
            accounts.insert(new Account("version", 0, 0));
            try (JavaProcess one = JavaProcess.start(Adding.class, uri);
                    JavaProcess two = JavaProcess.start(Adding.class, uri)) {
                one.awaitLines("done"::equals, 1, Duration.ofMinutes(3));
                two.awaitLines("done"::equals, 1, Duration.ofMinutes(3));
            }
            for (String id : new String[] {"unit", "version"}) {
                assertThat(accounts.find(id)).contains(new Account(id, 2 * ROUNDS, 2 * ROUNDS));
            }
        }
    }
}
