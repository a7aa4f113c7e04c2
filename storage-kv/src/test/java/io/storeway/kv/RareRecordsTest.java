package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Repository;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records that random catalogs had first; each showed a defect. */
class RareRecordsTest {

    record Note(String id, @Nullable Json body) {}

    record Counter(String owner, String id, long version) {}

    record Lease(
            String owner, String id, String place, @Nullable Instant until) {}

    private static final EntityType<Note> NOTES = EntityType.of(Note.class)
            .named("notes")
            .identifiedBy(Note::id)
            .nullable(Note::body)
            .defaultValue(Note::body, new Json.Bool(true))
            .build();

    private static final EntityType<Counter> COUNTERS = EntityType.of(Counter.class)
            .named("counters")
            .partitionedBy(Counter::owner)
            .identifiedBy(Counter::id)
            .versionedBy(Counter::version)
            .build();

    private static final EntityType<Lease> LEASES = EntityType.of(Lease.class)
            .named("leases")
            .partitionedBy(Lease::owner)
            .identifiedBy(Lease::id)
            .nullable(Lease::until)
            .type(Lease::until, FieldType.instant(FieldType.TimeUnit.MILLIS))
            .expiresAt(Lease::until)
            .unique(Lease::place)
            .build();

    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private final KvStorage storage = KvStorage.open(
            new MemoryStore(),
            Catalog.of(NOTES, COUNTERS, LEASES),
            Clock.fixed(NOW, ZoneOffset.UTC),
            Constraints.ENFORCED);

    @Test
    void missingJsonThatABlobWouldReadAsNullIsRefused() {
        Repository<Note> notes = storage.repository(NOTES);
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> notes.insert(new Note("a", null)))
                .withMessageContaining("body");
        notes.insert(new Note("a", Json.NULL));
        assertThat(notes.find("a")).contains(new Note("a", Json.NULL));
    }

    @Test
    void aVersionedRecordThatIsGivenTwiceIsSavedOnce() {
        Repository<Counter> counters = storage.repository(COUNTERS);
        for (long version : new long[] {0, 0, 1}) {
            counters.saveAll(List.of(new Counter("o", "a", 7), new Counter("o", "a", version)));
        }
        assertThat(counters.find("o", "a")).contains(new Counter("o", "a", 2));
    }

    @Test
    void ofRecordsGivenAtOnceAnExpiredOneMakesWayForNoOther() {
        Repository<Lease> leases = storage.repository(LEASES);
        Lease old = new Lease("o", "a", "here", NOW.minusSeconds(1));
        for (Lease same : List.of(
                new Lease("o", "a", "there", null),
                new Lease("o", "b", "here", null),
                new Lease("p", "b", "here", null))) {
            assertThatExceptionOfType(ConstraintViolationException.class)
                    .isThrownBy(() -> leases.insertAll(List.of(old, same)));
        }
        leases.insert(old);
        leases.insert(new Lease("p", "b", "here", null));
        assertThat(leases.all().allowScan().count()).isEqualTo(1);
    }
}
