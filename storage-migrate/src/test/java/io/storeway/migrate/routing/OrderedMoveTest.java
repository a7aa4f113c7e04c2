package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.Storages;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderedMoveTest {

    record Ticker(String owner, String name) {}

    private static final EntityType<Ticker> TICKERS = EntityType.of(Ticker.class)
            .named("tickers")
            .partitionedBy(Ticker::owner)
            .identifiedBy(Ticker::name)
            .ordered()
            .keyValue("tickers:{owner}", Blob.arrayOf(Ticker::name))
            .build();

    @TempDir
    Path folder;

    @Test
    void aGapThatADeletionLeavesBetweenRowsIsNoDifferenceToAnArray() {
        Catalog catalog = Catalog.of(TICKERS);
        try (Storage old = Storages.open("memory:", catalog);
                Storage fresh = Storages.open("jdbc:sqlite:" + folder.resolve("new.db"), catalog);
                RoutedStorage routed = RoutedStorage.between(old, fresh)
                        .followers(0)
                        .shadowComparisons(0)
                        .stepwise(time -> {})
                        .open()) {
            Moves.to(routed, Stage.LIVE);
            for (String name : List.of("ACHR", "KEY", "ON", "SPY")) {
                routed.repository(TICKERS).save(new Ticker("ann", name));
            }
            routed.repository(TICKERS).delete("ann", "KEY");
            assertThat(routed.control().rollback("ann", "back").stage()).isEqualTo(Stage.READ_NEW);
            for (Storage side : List.of(old, fresh)) {
                assertThat(side.repository(TICKERS).partition("ann").list())
                        .extracting(Ticker::name)
                        .containsExactly("ACHR", "ON", "SPY");
            }
        }
    }
}
