package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.call.Interposed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A purge of more than belongs into one unit of work. */
class PurgeTest {

    record Session(String token, @Nullable Instant expiresAt) {}

    record Seat(String room, int number, Instant expiresAt) {}

    private static final EntityType<Session> SESSIONS = EntityType.of(Session.class)
            .named("sessions")
            .identifiedBy(Session::token)
            .nullable(Session::expiresAt)
            .expiresAt(Session::expiresAt)
            .keyValue("session:{token}", Blob.<Session>object().expiry(Session::expiresAt))
            .build();
    private static final EntityType<Seat> SEATS = EntityType.of(Seat.class)
            .named("seats")
            .partitionedBy(Seat::room)
            .identifiedBy(Seat::number)
            .expiresAt(Seat::expiresAt)
            .keyValue("seats:{room}", Blob.arrayOfObjects())
            .build();
    private static final Catalog CATALOG = Catalog.of(SESSIONS, SEATS);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant SOON = START.plus(Duration.ofMinutes(1));
    private static final Instant LATE = START.plus(Duration.ofDays(1));
    private static final int SOME = 1_300;

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(START);
    private final List<Storage> opened = new ArrayList<>();
    private int largestCommit;

    @AfterEach
    void close() {
        opened.forEach(Storage::close);
    }

    private Storage open(String kind, String name) {
        Storage storage = kind.equals("memory")
                ? KvStorage.open(watched(), CATALOG, clock)
                : Moves.open(kind, folder.resolve(name), CATALOG, clock);
        opened.add(0, storage);
        return storage;
    }

    private KeyValueStore watched() {
        return Interposed.store(new MemoryStore(), call -> {
            if (call.verb().equals("commit")) {
                largestCommit =
                        Math.max(largestCommit, ((List<?>) call.arguments().get(1)).size());
            }
            return call.proceed();
        });
    }

    private static void fill(Storage storage) {
        List<Session> sessions = new ArrayList<>();
        List<Seat> seats = new ArrayList<>();
        for (int i = 0; i < SOME; i++) {
            sessions.add(new Session("s" + i, i % 10 == 0 ? LATE : SOON));
            seats.add(new Seat("r" + i / 3, i, i % 10 == 0 ? LATE : SOON));
        }
        storage.repository(SESSIONS).saveAll(sessions);
        storage.repository(SEATS).saveAll(seats);
    }

    private static long there(Storage storage, EntityType<?> type) {
        long items = 0;
        String cursor = null;
        do {
            var page = storage.replica().scan(type, cursor, 1_000);
            items += page.partitions().stream()
                    .mapToLong(state -> state.items().size())
                    .sum();
            cursor = page.next();
        } while (cursor != null);
        return items;
    }

    @ParameterizedTest
    @CsvSource({"memory, sqlite", "sqlite, memory", "memory, memory", "h2, sqlite"})
    void itGoesPageByPageAndTakesTheSameFromBothSides(String from, String to) {
        Storage old = open(from, "old");
        Storage fresh = open(to, "new");
        RoutedStorage routed =
                Moves.quiet(old, fresh).clock(clock).stepwise(clock::advance).open();
        opened.add(0, routed);
        Moves.to(routed, Stage.DUAL_WRITE);
        fill(routed);
        clock.advance(Duration.ofHours(1));
        routed.routing().tick();
        largestCommit = 0;
        assertThat(routed.repository(SESSIONS).purgeExpired()).isEqualTo(SOME - SOME / 10);
        assertThat(routed.repository(SEATS).purgeExpired()).isEqualTo(SOME - SOME / 10);
        assertThat(largestCommit).isLessThan(SOME * 2);
        routed.routing().tick();
        assertThat(routed.control().status().marks()).hasValue(0);
        for (Storage side : List.of(old, fresh)) {
            assertThat(there(side, SESSIONS)).isEqualTo(SOME / 10);
            assertThat(there(side, SEATS)).isEqualTo(SOME / 10);
        }
        assertThat(routed.control().compare().equal()).isTrue();
        assertThat(routed.repository(SESSIONS).purgeExpired()).isZero();
    }

    @Test
    void oneOfAUnitOfWorkIsDoneOrUndoneWithIt() {
        Storage old = open("memory", "old");
        Storage fresh = open("sqlite", "new");
        RoutedStorage routed =
                Moves.quiet(old, fresh).clock(clock).stepwise(clock::advance).open();
        opened.add(0, routed);
        Moves.to(routed, Stage.DUAL_WRITE);
        fill(routed);
        clock.advance(Duration.ofHours(1));
        routed.routing().tick();
        long purged = routed.transact(unit -> unit.repository(SEATS).purgeExpired());
        assertThat(purged).isEqualTo(SOME - SOME / 10);
        assertThat(there(old, SEATS)).isEqualTo(SOME / 10);
        assertThat(there(fresh, SEATS)).isEqualTo(SOME / 10);
    }
}
