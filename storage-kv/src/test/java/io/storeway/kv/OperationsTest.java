package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Operations;
import io.storeway.UnitOfWork;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class OperationsTest {

    record Account(String id, int balance) {}

    private static final EntityType<Account> ACCOUNTS = EntityType.of(Account.class)
            .named("accounts")
            .identifiedBy(Account::id)
            .build();

    /** A store whose first commit of several writes gets no answer. */
    private static KeyValueStore losingAnAnswer(boolean committed) {
        AtomicBoolean lost = new AtomicBoolean();
        return Interposed.store(new MemoryStore(), call -> {
            if (call.verb().equals("commit")
                    && ((List<?>) Objects.requireNonNull(call.arguments().get(1))).size() > 1
                    && lost.compareAndSet(false, true)) {
                if (committed) {
                    call.proceed();
                }
                throw new UnknownOutcomeException("The answer was lost", ErrorContext.of("commit"), null);
            }
            return call.proceed();
        });
    }

    private static int deposit(UnitOfWork unit) {
        Account account = unit.repository(ACCOUNTS).find("a").orElse(new Account("a", 0));
        unit.repository(ACCOUNTS).save(new Account("a", account.balance() + 10));
        return account.balance() + 10;
    }

    private static void depositOnceThough(boolean committed) {
        try (KvStorage storage = KvStorage.open(losingAnAnswer(committed), Catalog.of(ACCOUNTS))) {
            Operations operations = Operations.of(storage);
            assertThatThrownBy(() -> operations.run("deposit 1", OperationsTest::deposit))
                    .isInstanceOf(UnknownOutcomeException.class);
            assertThat(operations.outcome("deposit 1").isPresent()).isEqualTo(committed);
            assertThat(operations.run("deposit 1", OperationsTest::deposit).first())
                    .isEqualTo(!committed);
            assertThat(storage.repository(ACCOUNTS).find("a")).contains(new Account("a", 10));
        }
    }

    @Test
    void workWhoseAnswerWasLostAfterItsEffectIsNotDoneAgain() {
        depositOnceThough(true);
    }

    @Test
    void workWhoseAnswerWasLostBeforeItsEffectIsDone() {
        depositOnceThough(false);
    }

    @Test
    void aPurgeWalksThroughTheStoreOnce() {
        int ids = 3_500;
        AtomicInteger listed = new AtomicInteger();
        KeyValueStore store = Interposed.store(new MemoryStore(), call -> {
            Object result = call.proceed();
            if (result instanceof KeyValueStore.Listing listing) {
                listed.addAndGet(listing.entries().size());
            }
            return result;
        });
        ManualClock clock = new ManualClock(Instant.EPOCH);
        try (KvStorage storage = KvStorage.open(store, Catalog.of(ACCOUNTS))) {
            Operations operations = Operations.of(storage, clock);
            for (int i = 0; i < ids; i++) {
                operations.run("deposit " + i, unit -> true);
            }
            clock.advance(Duration.ofSeconds(1));
            Instant later = clock.instant();
            operations.run("the last", unit -> true);
            listed.set(0);
            assertThat(operations.purge(later)).isEqualTo(ids);
            assertThat(listed).hasValue(ids + 1);
            assertThat(operations.outcome("the last")).contains(later);
        }
    }
}
