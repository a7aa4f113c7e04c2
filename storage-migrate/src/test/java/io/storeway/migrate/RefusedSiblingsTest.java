package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An item that is refused takes nothing from the items beside it: neither a value nor their place. */
class RefusedSiblingsTest {

    record Person(
            String id, @Nullable String email, @Nullable String nick) {}

    record Card(String owner, String number, @Nullable String code) {}

    private static final EntityType<Person> PERSONS = EntityType.of(Person.class)
            .named("persons")
            .identifiedBy(Person::id)
            .nullable(Person::email, Person::nick)
            .unique(Person::email)
            .unique(Person::nick)
            .keyValue("person:{id}", Blob.object())
            .build();

    private static final EntityType<Card> CARDS = EntityType.of(Card.class)
            .named("cards")
            .partitionedBy(Card::owner)
            .identifiedBy(Card::number)
            .nullable(Card::code)
            .unique(Card::code)
            .references(Card::number, PERSONS, OnDelete.RESTRICT)
            .keyValue("cards:{owner}", Blob.arrayOfObjects())
            .build();

    private static final Catalog CATALOG = Catalog.of(PERSONS, CARDS);
    private static final Clock CLOCK = Clock.fixed(Shop.NOW, ZoneOffset.UTC);

    @TempDir
    Path folder;

    private final MemoryStore store = new MemoryStore();
    private final Storage source = KvStorage.open(store, CATALOG, CLOCK);
    private Storage target = source;

    private void put(String key, String value) {
        store.commit(List.of(), List.of(Shop.put(key, value)));
    }

    private Migration migration(int batch) {
        if (target.equals(source)) {
            target = Storages.open("jdbc:sqlite:" + folder.resolve("data.db"), CATALOG, CLOCK);
        }
        return Migration.from(source).to(target).clock(CLOCK).batch(batch).build();
    }

    @AfterEach
    void close() {
        target.close();
        source.close();
    }

    private List<String> persons() {
        return target.repository(PERSONS).all().allowScan().list().stream()
                .map(Person::id)
                .toList();
    }

    private List<String> cards() {
        return target.repository(CARDS).all().allowScan().list().stream()
                .map(card -> card.owner() + card.number())
                .toList();
    }

    @Test
    void aValueOfARecordThatIsRefusedForAnotherReasonGoesToTheNextOne() {
        put("person:1", "{\"email\":\"a\"}");
        put("person:2", "{\"email\":\"b\",\"nick\":\"n\"}");
        put("person:3", "{\"email\":\"a\",\"nick\":\"m\"}");
        put("person:4", "{\"email\":\"c\",\"nick\":\"m\"}");
        put("cards:x", "[{\"number\":\"nobody\",\"code\":\"k\"}]");
        put("cards:y", "[{\"number\":\"1\",\"code\":\"k\"}]");
        DryRunReport dryRun = migration(100).dryRun();
        migration(100).backfill();
        assertThat(persons()).containsExactly("1", "2", "4");
        assertThat(cards()).containsExactly("y1");
        assertThat(migration(100).backfill().writes()).isZero();
        assertThat(migration(1).backfill().writes()).isZero();
        assertThat(dryRun.entities()).extracting(DryRunReport.Entity::rows).containsExactly(3L, 1L);
    }

    @Test
    void theFirstRuleThatAnItemBreaksDoesNotDependOnThePagesOfTheRun() {
        put("person:1", "{\"email\":\"a\"}");
        put("person:2", "{\"nick\":\"n\"}");
        put("person:3", "{\"email\":\"a\",\"nick\":\"n\"}");
        put("cards:x", "[{\"number\":\"1\",\"code\":\"k\"}]");
        put("cards:y", "[{\"number\":\"nobody\",\"code\":\"k\"}]");
        DryRunReport dryRun = migration(100).dryRun();
        assertThat(migration(2).backfill().entities())
                .extracting(EntityProgress::reasons)
                .isEqualTo(dryRun.entities().stream()
                        .map(DryRunReport.Entity::refused)
                        .toList());
        assertThat(migration(100).backfill().writes()).isZero();
    }

    @Test
    void aRecordKeepsItsUniqueValueWhereOneBesideItIsRefused() {
        put("person:1", "{}");
        put("person:2", "{}");
        put("cards:x", "[{\"number\":\"1\",\"code\":\"k\"}]");
        migration(100).backfill();
        put("cards:x", "[{\"number\":\"1\",\"code\":\"k\"},{\"number\":\"nobody\"},{\"number\":\"2\"}]");
        BackfillReport report = migration(100).backfill();
        assertThat(cards()).containsExactly("x1", "x2");
        assertThat(report.entities().get(1).residue()).isEqualTo(1);
    }
}
