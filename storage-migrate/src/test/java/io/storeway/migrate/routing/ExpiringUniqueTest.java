package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.testkit.ManualClock;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A unique value that a record takes over from one that has expired, and that nobody has removed. */
class ExpiringUniqueTest {

    record Handle(String id, String handle, @Nullable Instant expiresAt) {}

    private static final EntityType<Handle> HANDLES = EntityType.of(Handle.class, MethodHandles.lookup())
            .named("handles")
            .identifiedBy(Handle::id)
            .nullable(Handle::expiresAt)
            .unique(Handle::handle)
            .expiresAt(Handle::expiresAt)
            .keyValue("handle:{id}", Blob.<Handle>object().expiry(Handle::expiresAt))
            .build();
    private static final Catalog CATALOG = Catalog.of(HANDLES);
    private static final Duration HOUR = Duration.ofHours(1);

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(Instant.parse("2026-01-01T00:00:00Z"));

    private Storage open(String kind, String name) {
        return Moves.open(kind, folder.resolve(name), CATALOG, clock);
    }

    @ParameterizedTest
    @CsvSource({"blobs, sqlite", "rules, h2", "sqlite, rules", "sqlite, h2", "h2, postgres", "postgres, sqlite"})
    void isTakenOverOnBothSides(String from, String to) {
        try (Storage old = open(from, "old");
                Storage fresh = open(to, "new");
                RoutedStorage routed = Moves.quiet(old, fresh)
                        .clock(clock)
                        .lease(Duration.ofDays(1))
                        .stepwise(clock::advance)
                        .open()) {
            old.repository(HANDLES)
                    .save(new Handle("copied", "ada", clock.instant().plus(HOUR)));
            Moves.to(routed, Stage.DUAL_WRITE);
            routed.control().backfill("test", "copy");
            routed.repository(HANDLES)
                    .save(new Handle("followed", "bob", clock.instant().plus(HOUR)));
            clock.advance(HOUR);
            Handle ada = new Handle("a", "ada", null);
            Handle bob = new Handle("b", "bob", null);
            routed.repository(HANDLES).save(ada);
            routed.repository(HANDLES).save(bob);
            assertThat(fresh.repository(HANDLES).all().allowScan().list()).containsExactlyInAnyOrder(ada, bob);
            Moves.to(routed, Stage.LIVE);
            routed.repository(HANDLES)
                    .save(new Handle("b", "bob", clock.instant().plus(HOUR)));
            clock.advance(HOUR);
            Handle next = new Handle("c", "bob", null);
            routed.repository(HANDLES).save(next);
            assertThat(old.repository(HANDLES).all().allowScan().list()).containsExactlyInAnyOrder(ada, next);
        }
    }
}
