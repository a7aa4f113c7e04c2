package io.storeway.migrate.catalogs;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.Identities;
import io.storeway.Partition;
import io.storeway.Storage;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an append to a history finds in the place of its unique values: a record of equal content, which has expired. */
class AppendOverExpiredTest {

    record Turn(String chat, String id, int number, Instant until) {}

    @TempDir
    Path folder;

    @ParameterizedTest
    @EnumSource
    void theIdCountsNoneThatMadeWayInThePartition(Backend backend) {
        theIdCountsNoneThatMadeWay(backend, type -> type.unique(Turn::chat, Turn::number));
    }

    @ParameterizedTest
    @EnumSource
    void theIdCountsNoneThatMadeWayForAValueThatIsUniqueEverywhere(Backend backend) {
        theIdCountsNoneThatMadeWay(backend, type -> type.unique(Turn::number));
    }

    @SuppressWarnings("unchecked") // An array of references by name.
    private void theIdCountsNoneThatMadeWay(Backend backend, UnaryOperator<EntityTypeBuilder<Turn>> unique) {
        EntityType<Turn> type = unique.apply(EntityType.of(Turn.class))
                .named("turns")
                .partitionedBy(Turn::chat)
                .identifiedBy(Turn::id)
                .ordered()
                .expiresAt(Turn::until)
                .keyValue("turns:{chat}", Blob.<Turn>arrayOfObjects().contentId(Turn::id))
                .build();
        Turn turn = new Turn("c", "", 7, Pools.NOW);
        Turn first = new Turn("c", Identities.ofContent(type, turn, 0), 7, Pools.NOW);
        try (Storage storage = backend.open(folder, Catalog.of(type)).storage()) {
            Partition<Turn> chat = storage.repository(type).partition("c");
            assertThat(chat.append(turn)).isEqualTo(first);
            assertThat(chat.append(turn)).isEqualTo(first);
            assertThat(storage.repository(type).purgeExpired()).isEqualTo(1);
        }
    }
}
