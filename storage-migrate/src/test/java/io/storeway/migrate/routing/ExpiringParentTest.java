package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.migrate.Migration;
import io.storeway.migrate.VerificationReport;
import io.storeway.testkit.ManualClock;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Records that refer to one that expires. */
class ExpiringParentTest {

    record Basket(String id, Instant expiresAt) {}

    record Item(String id, String basket) {}

    private static final EntityType<Basket> BASKETS = EntityType.of(Basket.class, MethodHandles.lookup())
            .named("baskets")
            .identifiedBy(Basket::id)
            .expiresAt(Basket::expiresAt)
            .keyValue("basket:{id}", Blob.object())
            .build();
    private static final EntityType<Item> ITEMS = EntityType.of(Item.class, MethodHandles.lookup())
            .named("items")
            .identifiedBy(Item::id)
            .references(Item::basket, BASKETS, OnDelete.CASCADE)
            .keyValue("item:{id}", Blob.object())
            .build();
    private static final Catalog CATALOG = Catalog.of(BASKETS, ITEMS);

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));

    private Storage open(String kind, String name) {
        return Moves.open(kind, folder.resolve(name), CATALOG, clock);
    }

    @ParameterizedTest
    @CsvSource({"rules, sqlite", "sqlite, rules", "sqlite, h2"})
    void goWithItOnBothSidesWhenItIsPurgedAndNotBefore(String from, String to) {
        try (Storage old = open(from, "old");
                Storage fresh = open(to, "new");
                RoutedStorage routed = Moves.quiet(old, fresh)
                        .clock(clock)
                        .lease(Duration.ofDays(1))
                        .stepwise(clock::advance)
                        .open()) {
            Moves.to(routed, Stage.DUAL_WRITE);
            routed.repository(BASKETS).save(new Basket("b", clock.instant().plusSeconds(60)));
            Item item = new Item("i", "b");
            routed.repository(ITEMS).save(item);
            clock.advance(Duration.ofSeconds(60));
            routed.repository(BASKETS).delete("b");
            assertThat(old.repository(ITEMS).find("i")).contains(item);
            assertThat(fresh.repository(ITEMS).find("i")).contains(item);
            routed.purgeExpired();
            routed.routing().tick();
            assertThat(old.repository(ITEMS).find("i")).isEmpty();
            assertThat(fresh.repository(ITEMS).find("i")).isEmpty();
            routed.routing().tick();
            assertThat(routed.control().status().marks()).hasValue(0);
            assertThat(routed.control().compare().equal()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "sqlite, h2, true",
        "sqlite, h2, false",
        "rules, sqlite, true",
        "blobs, sqlite, true",
        "blobs, sqlite, false"
    })
    void thatHaveStayedBehindLeaveResidueUnlessTheSourceIsPurgedFirst(String from, String to, boolean purged) {
        try (Storage source = open(from, "old");
                Storage target = open(to, "new")) {
            source.repository(BASKETS).save(new Basket("b", clock.instant().plusSeconds(60)));
            source.repository(ITEMS).save(new Item("i", "b"));
            clock.advance(Duration.ofSeconds(60));
            if (purged) {
                source.purgeExpired();
            }
            Migration migration = Migration.from(source).to(target).clock(clock).build();
            // Blobs without enforced rules have no cascade.
            long left = purged && !from.equals("blobs") ? 0 : 1;
            assertThat(migration.backfill().clean()).isEqualTo(left == 0);
            VerificationReport report = migration.verify();
            assertThat(report.equal()).isTrue();
            assertThat(report.entities().get(1).residue()).isEqualTo(left);
        }
    }
}
