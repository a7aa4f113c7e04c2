package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.error.ConstraintViolationException;
import io.storeway.kv.Constraints;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a loader gives that the source refuses: it goes to the readers, unless another writer was faster. */
@Timeout(30)
class CachedLoaderTest {

    record User(String id, String email, @Nullable Instant until) {}

    private static final EntityType<User> USERS = EntityType.of(User.class)
            .named("users")
            .identifiedBy(User::id)
            .nullable(User::until)
            .unique(User::email)
            .expiresAt(User::until)
            .build();

    private static final Instant START = Instant.parse("2025-11-21T00:00:00Z");
    private static final User ANN = new User("ann", "x@example.org", null);

    private final ManualClock clock = new ManualClock(START);
    private final KvStorage source = KvStorage.open(new MemoryStore(), Catalog.of(USERS), clock, Constraints.ENFORCED);
    private CachedStorage storage =
            CachedStorage.over(source, new MemoryStore()).open();

    @AfterEach
    void close() {
        storage.close();
    }

    private Repository<User> open(Loader<User> loader) {
        storage = CachedStorage.over(source, new MemoryStore())
                .clock(clock)
                .cache(USERS, CachePolicy.lasting(Duration.ofHours(1)), loader)
                .open();
        return storage.repository(USERS);
    }

    @Test
    void aRecordWhoseUniqueValueAnotherRecordHoldsIsRefusedAndTheOtherOneIsFound() {
        source.repository(USERS).insert(ANN);
        Repository<User> users = open(key -> List.of(new User("bob", ANN.email(), null)));
        for (int read = 0; read < 2; read++) {
            assertThatThrownBy(() -> users.find("bob"))
                    .isInstanceOf(ConstraintViolationException.class)
                    .hasMessageContaining("users_email_uq");
        }
        assertThat(users.find("ann")).contains(ANN);
        assertThat(storage.statistics(USERS).loadFailures()).isEqualTo(2);
    }

    @Test
    void anExpiredRecordWithTheSameKeyDoesNotHideTheRefusal() {
        source.repository(USERS).insertAll(List.of(ANN, new User("bob", "old@example.org", START.minusSeconds(1))));
        Repository<User> users = open(key -> List.of(new User("bob", ANN.email(), null)));
        assertThatThrownBy(() -> users.find("bob")).isInstanceOf(ConstraintViolationException.class);
    }

    @Test
    void theRecordOfAWriterThatWasFasterThanTheLoaderStays() {
        User faster = new User("bob", "faster@example.org", null);
        Repository<User> users = open(key -> {
            source.repository(USERS).insert(faster);
            return List.of(new User("bob", "loaded@example.org", null));
        });
        assertThat(users.find("bob")).contains(faster);
    }

    @Test
    void whatHasExpiredWhenItIsLoadedIsNotThereHoweverOftenItIsAskedFor() {
        Repository<User> users = open(key -> List.of(new User("bob", "bob@example.org", START.minusSeconds(1))));
        for (int read = 0; read < 3; read++) {
            assertThat(users.find("bob")).isEmpty();
        }
        assertThat(storage.statistics(USERS).loadFailures()).isZero();
    }
}
