package io.storeway.examples;

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
import org.junit.jupiter.api.Test;

/** An application's own test on several storages. */
@StorageTest({"memory", "mvstore", "sqlite", "h2"})
class WatchlistStorageTest {

    record Entry(String chatId, String ticker) {}

    record Session(String token, Instant expiresAt) {}

    static final EntityType<Entry> WATCHLISTS = EntityType.of(Entry.class)
            .named("watchlists")
            .partitionedBy(Entry::chatId)
            .identifiedBy(Entry::ticker)
            .keyValue("watchlist:{chatId}", Blob.arrayOf(Entry::ticker))
            .build();

    static final EntityType<Session> SESSIONS = EntityType.of(Session.class)
            .named("sessions")
            .identifiedBy(Session::token)
            .expiresAt(Session::expiresAt)
            .build();

    static final Catalog CATALOG = Catalog.of(WATCHLISTS, SESSIONS);

    @Test
    void addedTickersAreListed(Storage storage) {
        Repository<Entry> watchlists = storage.repository(WATCHLISTS);
        watchlists.insert(new Entry("42", "SPY"));
        watchlists.insert(new Entry("42", "AAPL"));
        assertThat(watchlists.partition("42").list())
                .extracting(Entry::ticker)
                .containsExactlyInAnyOrder("SPY", "AAPL");
    }

    @Test
    void everyTestBeginsWithAnEmptyStorage(Storage storage) {
        assertThat(storage.repository(WATCHLISTS).all().allowScan().count()).isZero();
        storage.repository(WATCHLISTS).insert(new Entry("42", "SPY"));
    }

    @Test
    void sessionsEndByTheClockOfTheTest(Storage storage, ManualClock clock) {
        Repository<Session> sessions = storage.repository(SESSIONS);
        sessions.insert(new Session("t", clock.instant().plusSeconds(60)));
        clock.advance(Duration.ofSeconds(59));
        assertThat(sessions.exists("t")).isTrue();
        clock.advance(Duration.ofSeconds(1));
        assertThat(sessions.exists("t")).isFalse();
    }
}
