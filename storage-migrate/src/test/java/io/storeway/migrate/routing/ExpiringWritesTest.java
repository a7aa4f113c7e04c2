package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A write of something that expires, which the follower gets late. */
class ExpiringWritesTest {

    record Session(String token, String user, @Nullable Instant expiresAt) {}

    private static final EntityType<Session> SESSIONS = EntityType.of(Session.class)
            .named("sessions")
            .identifiedBy(Session::token)
            .nullable(Session::expiresAt)
            .expiresAt(Session::expiresAt)
            .keyValue("session:{token}", Blob.<Session>object().expiry(Session::expiresAt))
            .build();
    private static final Catalog CATALOG = Catalog.of(SESSIONS);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant END = START.plus(Duration.ofMinutes(10));

    private final ManualClock clock = new ManualClock(START);
    private final AtomicBoolean down = new AtomicBoolean();
    private final MemoryStore freshStore = new MemoryStore();
    private final Storage old = KvStorage.open(new MemoryStore(), CATALOG, clock);
    private final Storage fresh = KvStorage.open(
            Interposed.store(freshStore, call -> {
                if (down.get()) {
                    throw new StorageUnavailableException("down", ErrorContext.of(call.verb()), null);
                }
                return call.proceed();
            }),
            CATALOG,
            clock);
    private final RoutedStorage routed = RoutedStorage.between(old, fresh)
            .clock(clock)
            .followers(0)
            .shadowComparisons(0)
            .stepwise(clock::advance)
            .open();

    @AfterEach
    void close() {
        routed.close();
    }

    private void writeWhileDownAndRepairAfter(Duration time) {
        Moves.to(routed, Stage.DUAL_WRITE);
        down.set(true);
        routed.repository(SESSIONS).save(new Session("s", "ada", END));
        down.set(false);
        assertThat(routed.control().status().marks()).hasValue(1);
        clock.advance(time);
        routed.control().repair("test", "mend");
        assertThat(routed.control().status().marks()).hasValue(0);
    }

    @Test
    void aRepairKeepsTheInstantAtWhichItExpires() {
        writeWhileDownAndRepairAfter(Duration.ofMinutes(9));
        KeyValueStore.Entry entry = Objects.requireNonNull(freshStore.get("session:s"));
        assertThat(entry.expiresAt()).isEqualTo(END);
        assertThat(fresh.repository(SESSIONS).find("s")).contains(new Session("s", "ada", END));
        clock.advance(Duration.ofMinutes(1));
        assertThat(fresh.repository(SESSIONS).find("s")).isEmpty();
    }

    @Test
    void aRepairThatComesAfterThatBringsNothingBack() {
        writeWhileDownAndRepairAfter(Duration.ofMinutes(11));
        assertThat(fresh.repository(SESSIONS).find("s")).isEmpty();
        assertThat(routed.control().compare().equal()).isTrue();
    }
}
