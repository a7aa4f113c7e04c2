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
import io.storeway.testkit.call.Interposed;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
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
}
