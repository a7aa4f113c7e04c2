package io.storeway.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.junit.StorageTest;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records whose expiry is the entry's own, on a clock that runs by itself. */
@StorageTest({"redis", "redis-cluster"})
class RedisSessionsTest {

    record Session(String token, String user, @Nullable Instant expiresAt) {}

    static final EntityType<Session> SESSIONS = EntityType.of(Session.class)
            .nullable(Session::expiresAt)
            .named("sessions")
            .identifiedBy(Session::token)
            .expiresAt(Session::expiresAt)
            .keyValue("session:{token}", Blob.<Session>object().expiry(Session::expiresAt))
            .build();

    static final Catalog CATALOG = Catalog.of(SESSIONS);

    @Test
    void sessionsEndByTheStoragesClock(Storage storage, ManualClock clock) {
        Repository<Session> sessions = storage.repository(SESSIONS);
        sessions.insert(new Session("t", "u", clock.instant().plusSeconds(60)));
        clock.advance(Duration.ofSeconds(59));
        assertThat(sessions.find("t")).isPresent();
        clock.advance(Duration.ofSeconds(1));
        assertThat(sessions.find("t")).isEmpty();
        assertThat(sessions.all().allowScan().count()).isZero();
        sessions.insert(new Session("t", "another", clock.instant().plusSeconds(60)));
        assertThat(sessions.find("t")).map(Session::user).contains("another");
    }

    @Test
    void purgeTakesWhatHasEnded(Storage storage, ManualClock clock) {
        Repository<Session> sessions = storage.repository(SESSIONS);
        for (int i = 0; i < 30; i++) {
            sessions.insert(new Session("t" + i, "u", clock.instant().plusSeconds(i)));
        }
        clock.advance(Duration.ofSeconds(9));
        assertThat(sessions.purgeExpired()).isEqualTo(10);
        assertThat(sessions.purgeExpired()).isZero();
        assertThat(sessions.all().allowScan().count()).isEqualTo(20);
    }
}
