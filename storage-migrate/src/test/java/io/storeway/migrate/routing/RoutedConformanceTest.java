package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Capabilities;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.UnitOfWork;
import io.storeway.spi.ReplicaStore;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.laws.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A routed storage keeps every law of a storage, whatever the stage and whichever way it moves. */
class RoutedConformanceTest {

    private static final int LISTS = 10;

    @TempDir
    static Path folder;

    private static String uri(String engine) {
        return engine.equals("memory") ? "memory:" : "jdbc:sqlite:" + folder.resolve(UUID.randomUUID() + ".db");
    }

    /** Opens two storages and moves an empty migration to the stage. */
    static StorageFixture at(Stage stage, String old, String fresh) {
        return (catalog, clock) -> {
            Storage one = Storages.open(uri(old), catalog, clock);
            Storage other = Storages.open(uri(fresh), catalog, clock);
            RoutedStorage routed = RoutedStorage.between(one, other)
                    .clock(clock)
                    .followers(0)
                    .shadowComparisons(0)
                    .stepwise(time -> {})
                    .open();
            Moves.to(routed, stage);
            return new Owning(routed, one, other);
        };
    }

    /** Closes the two storages with the routed one. */
    record Owning(RoutedStorage routed, Storage one, Storage other) implements Storage {
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
            one.close();
            other.close();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "OFF, memory, memory",
        "DUAL_WRITE, memory, memory",
        "SHADOW, memory, memory",
        "READ_NEW, memory, memory",
        "LIVE, memory, memory",
        "RAMP_DOWN, memory, memory",
        "COMPLETE, memory, memory"
    })
    void everyLawHolds(Stage stage, String old, String fresh) {
        List<Verdict> verdicts = Conformance.of(at(stage, old, fresh), LISTS).run();
        assertThat(verdicts)
                .hasSizeGreaterThan(30)
                .allSatisfy(verdict -> assertThat(verdict.passed())
                        .as("%s: %s", verdict.law().title(), verdict.reason())
                        .isTrue());
        assertThat(verdicts.stream().filter(verdict -> verdict.cases() > 0)).hasSizeGreaterThan(20);
    }
}
