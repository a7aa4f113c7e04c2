package io.storeway.examples;

import io.storeway.Capabilities;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.UnitOfWork;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageControl;
import io.storeway.spi.ReplicaStore;
import io.storeway.testkit.junit.StorageSource;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Storages on their way from an MVStore file to SQLite, for {@code @StorageTest}: {@code OFF} to {@code COMPLETE}. */
public final class RoutedStages implements StorageSource {

    private static final Set<String> NAMES = Arrays.stream(Stage.values())
            .filter(stage -> stage != Stage.SWITCHING)
            .map(Stage::name)
            .collect(Collectors.toUnmodifiableSet());

    /** For the ServiceLoader. */
    public RoutedStages() {}

    @Override
    public Set<String> names() {
        return NAMES;
    }

    @Override
    public Storage open(String name, Catalog catalog, Clock clock, Path folder) {
        Storage old = Storages.open("mvstore:" + folder.resolve("old.mv"), catalog, clock);
        Storage fresh = Storages.open("jdbc:sqlite:" + folder.resolve("new.db"), catalog, clock);
        RoutedStorage routed = RoutedStorage.between(old, fresh)
                .named(name.toLowerCase(Locale.ROOT))
                .clock(clock)
                .shadowComparisons(0)
                .open();
        move(routed, Stage.valueOf(name));
        return new Owning(routed, old, fresh);
    }

    /** Goes forward step by step; READ_NEW is reached with half of the reads, and left with all of them. */
    public static void move(RoutedStorage storage, Stage to) {
        StageControl control = storage.control();
        for (Stage stage = control.status().stage(); stage != to; ) {
            if (stage == Stage.DUAL_WRITE) {
                control.backfill("test");
            }
            if (stage == Stage.READ_NEW) {
                control.percent(100, "test", "everybody");
            }
            stage = control.advance("test", "on").stage();
            if (stage == Stage.READ_NEW) {
                control.percent(50, "test", "half");
            }
        }
    }

    /** Closes the two sides with the storage in front of them. */
    private record Owning(RoutedStorage routed, Storage old, Storage fresh) implements Storage {

        @Override
        public String name() {
            return routed.name();
        }

        @Override
        public Catalog catalog() {
            return routed.catalog();
        }

        @Override
        public Capabilities capabilities() {
            return routed.capabilities();
        }

        @Override
        public <T> Repository<T> repository(EntityType<T> type) {
            return routed.repository(type);
        }

        @Override
        public <R> R transact(Function<? super UnitOfWork, ? extends R> work) {
            return routed.transact(work);
        }

        @Override
        public ReplicaStore replica() {
            return routed.replica();
        }

        @Override
        public void close() {
            routed.close();
            old.close();
            fresh.close();
        }
    }
}
