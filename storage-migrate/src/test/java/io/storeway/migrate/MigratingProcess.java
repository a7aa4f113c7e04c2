package io.storeway.migrate;

import io.storeway.Storage;
import io.storeway.Storages;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;

/** An instance of an application that migrates as it starts. */
public final class MigratingProcess {

    private MigratingProcess() {}

    /**
     * Takes the dump, the SQLite file, how many items it copies a second, and {@code share} or {@code once}; tells each
     * batch and its end.
     */
    public static void main(String[] args) {
        Clock clock = Clock.fixed(Shop.NOW, ZoneOffset.UTC);
        try (Storage source = Storages.open("ndjson:" + args[0], Shop.CATALOG, clock);
                Storage target = Storages.open("jdbc:sqlite:" + Path.of(args[1]), Shop.CATALOG, clock)) {
            Migration.Builder migration = Migration.from(source).to(target);
            if (args[3].equals("share")) {
                migration.share();
            }
            boolean made = migration
                    .batch(1)
                    .clock(clock)
                    .lease(Duration.ofSeconds(1))
                    .limits(RunLimits.NONE.withRecordsPerSecond(Long.parseLong(args[2])))
                    .listener((phase, entity, partitions, items) -> System.out.println("batch"))
                    .build()
                    .runOnce("v1")
                    .isPresent();
            System.out.println(made ? "made" : "found");
        }
    }
}
