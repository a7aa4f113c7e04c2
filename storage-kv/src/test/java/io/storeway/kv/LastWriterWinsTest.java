package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.fault.EventualStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records in a store that knows no conditions and shows its writes late. */
class LastWriterWinsTest {

    record Note(String id, String text) {}

    record Session(String token, @Nullable Instant expiresAt) {}

    record Account(String id, long balance, long version) {}

    private static final EntityType<Note> NOTES = EntityType.of(Note.class)
            .named("notes")
            .identifiedBy(Note::id)
            .keyValue("note:{id}", Blob.object())
            .build();

    private static final EntityType<Account> ACCOUNTS = EntityType.of(Account.class)
            .named("accounts")
            .identifiedBy(Account::id)
            .versionedBy(Account::version)
            .keyValue("account:{id}", Blob.object())
            .build();

    private static final EntityType<Session> SESSIONS = EntityType.of(Session.class)
            .named("sessions")
            .identifiedBy(Session::token)
            .nullable(Session::expiresAt)
            .expiresAt(Session::expiresAt)
            .keyValue("session:{token}", Blob.<Session>object().expiry(Session::expiresAt))
            .build();

    private static final Duration STALENESS = Duration.ofSeconds(60);

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final EventualStore store = new EventualStore(clock, STALENESS, 1);
    private final KvStorage storage = KvStorage.open(store, Catalog.of(NOTES, ACCOUNTS, SESSIONS), clock);
    private final Repository<Note> notes = storage.repository(NOTES);

    @Test
    void theLastWriterOfARecordWins() {
        notes.save(new Note("1", "first"));
        KvStorage.open(store, Catalog.of(NOTES), clock).repository(NOTES).save(new Note("1", "second"));
        notes.save(new Note("1", "third"));
        clock.advance(STALENESS);
        assertThat(notes.find("1")).contains(new Note("1", "third"));
    }

    @Test
    void aDeletionIsWrittenThoughTheRecordIsNotSeenYet() {
        for (int i = 0; i < 50; i++) {
            notes.save(new Note("n" + i, "text"));
            notes.delete("n" + i);
        }
        clock.advance(STALENESS);
        assertThat(notes.all().allowScan().list()).isEmpty();
    }

    @Test
    void expiredRecordsOfSeveralPartitionsArePurgedOneByOne() {
        Repository<Session> sessions = storage.repository(SESSIONS);
        for (int i = 0; i < 5; i++) {
            sessions.save(new Session("s" + i, clock.instant().plusSeconds(i < 3 ? 100 : 1_000)));
        }
        clock.advance(STALENESS.multipliedBy(2));
        assertThat(sessions.purgeExpired()).isEqualTo(3);
        clock.advance(STALENESS);
        assertThat(sessions.all().allowScan().count()).isEqualTo(2);
    }

    @Test
    void recordsOfSeveralPartitionsAreNotWrittenTogether() {
        assertThatThrownBy(() -> notes.saveAll(List.of(new Note("1", "a"), new Note("2", "b"))))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("UNITS_OF_WORK");
        assertThatThrownBy(() -> storage.transact(unit -> 1)).isInstanceOf(UnsupportedCapabilityException.class);
        clock.advance(STALENESS);
        assertThat(notes.all().allowScan().list()).isEmpty();
    }

    @Test
    void aCacheIsNotKeptInSuchAStore() {
        try (MemoryStore memory = new MemoryStore();
                KvStorage source = KvStorage.open(memory, Catalog.of(NOTES), clock)) {
            assertThatThrownBy(() -> CachedStorage.over(source, store)
                            .cache(NOTES, CachePolicy.lasting(STALENESS))
                            .open())
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("CONDITIONAL_WRITES");
        }
    }

    @Test
    void recordsWithAVersionAndVersionsOfPartitionsAreRefused() {
        assertThatThrownBy(() -> storage.repository(ACCOUNTS).insert(new Account("1", 5, 1)))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("CONDITIONAL_WRITES");
        assertThatThrownBy(() -> notes.partition("1").snapshot()).isInstanceOf(UnsupportedCapabilityException.class);
        assertThatThrownBy(() -> notes.partition("1").replace(List.of(new Note("1", "a")), "0"))
                .isInstanceOf(UnsupportedCapabilityException.class);
    }
}
