package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.spi.ReplicaStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A purge removes what has expired, and nothing else. */
final class PurgeLaws {

    record Session(String token, @Nullable Instant expiresAt) {}

    record Code(String user, String code, @Nullable Instant expiresAt) {}

    /** The expiry is kept beside the value where the store can. */
    private static final EntityType<Session> SESSIONS = EntityType.of(Session.class)
            .named("sessions")
            .identifiedBy(Session::token)
            .nullable(Session::expiresAt)
            .expiresAt(Session::expiresAt)
            .keyValue("session:{token}", Blob.<Session>object().expiry(Session::expiresAt))
            .build();

    /** Several in one blob. */
    private static final EntityType<Code> CODES = EntityType.of(Code.class)
            .named("codes")
            .partitionedBy(Code::user)
            .identifiedBy(Code::code)
            .nullable(Code::expiresAt)
            .expiresAt(Code::expiresAt)
            .build();

    private static final Catalog CATALOG = Catalog.of(SESSIONS, CODES);

    private PurgeLaws() {}

    static List<Law> all() {
        return List.of(new Law(
                "L19-purge",
                "a purge removes what has expired and nothing else",
                Set.of(Capability.WRITES),
                PurgeLaws::purge));
    }

    private static void purge(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Session> sessions = storage.repository(SESSIONS);
            Repository<Code> codes = storage.repository(CODES);
            Instant end = context.clock().instant().plusSeconds(1);
            Given.records(
                    storage,
                    SESSIONS,
                    List.of(new Session("a", end), new Session("b", end.plusMillis(1)), new Session("c", null)));
            Given.records(
                    storage,
                    CODES,
                    List.of(
                            new Code("u", "1", end),
                            new Code("u", "2", null),
                            new Code("u", "3", end.minusMillis(5)),
                            new Code("v", "1", end)));
            assertThat(sessions.purgeExpired() + codes.purgeExpired())
                    .as("purged too early")
                    .isZero();
            context.clock().advance(Duration.ofSeconds(1));
            assertThat(held(storage.replica(), SESSIONS))
                    .as("held before the purge")
                    .isEqualTo(3);
            assertThat(sessions.delete("a") || codes.delete("u", "1"))
                    .as("deleted though expired")
                    .isFalse();
            assertThat(sessions.purgeExpired()).isEqualTo(1);
            assertThat(held(storage.replica(), SESSIONS))
                    .as("held after the purge")
                    .isEqualTo(2);
            assertThat(held(storage.replica(), CODES))
                    .as("records of another type")
                    .isEqualTo(4);
            assertThat(storage.purgeExpired()).isEqualTo(3);
            assertThat(held(storage.replica(), CODES)).isEqualTo(1);
            assertThat(sessions.all().allowScan().list())
                    .containsExactly(new Session("b", end.plusMillis(1)), new Session("c", null));
            assertThat(codes.partition("u").list()).containsExactly(new Code("u", "2", null));
            assertThat(storage.purgeExpired()).as("purged again").isZero();
            Given.records(
                    storage, CODES, List.of(new Code("u", "1", end), new Code("u", "4", end), new Code("v", "1", end)));
            assertThat(codes.purgeExpired()).as("purged of one type").isEqualTo(3);
            if (storage.capabilities().has(Capability.UNITS_OF_WORK)) {
                purgeWithinUnit(storage, end);
            }
            context.effective(4);
        });
    }

    private static void purgeWithinUnit(Storage storage, Instant expired) {
        long purged = storage.transact(unit -> {
            unit.repository(CODES).save(new Code("u", "2", expired));
            unit.repository(SESSIONS).insert(new Session("d", expired));
            return unit.repository(CODES).purgeExpired()
                    + unit.repository(SESSIONS).purgeExpired();
        });
        assertThat(purged).as("purged by the unit that wrote it").isEqualTo(2);
    }

    /** How many records a storage holds, expired or not. */
    private static int held(ReplicaStore replica, EntityType<?> type) {
        return ReplicaLaws.states(replica, type, 100).stream()
                .mapToInt(state -> state.items().size())
                .sum();
    }
}
