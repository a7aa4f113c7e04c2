package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.observe.ObservedStorage;
import io.storeway.testkit.engine.Engines;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A copy of data onto itself, which would find everything there. */
class SamePlaceTest {

    record Note(String id, String text) {}

    private static final EntityType<Note> NOTES =
            EntityType.of(Note.class).named("notes").identifiedBy(Note::id).build();
    private static final Catalog CATALOG = Catalog.of(NOTES);

    @TempDir
    Path folder;

    private String uri(String kind) {
        return switch (kind) {
            case "redis" -> Engines.redis().newPlace();
            case "postgres" -> Engines.postgres().newDatabase();
            default -> kind + folder.resolve("data");
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"jdbc:sqlite:", "kv+jdbc:sqlite:", "redis", "postgres"})
    void itIsRefusedBeforeAnythingIsRead(String kind) {
        String uri = uri(kind);
        try (Storage one = Storages.open(uri, CATALOG);
                Storage again = Storages.open(uri, CATALOG)) {
            Migration migration = Migration.from(one).to(again).build();
            assertThatThrownBy(migration::backfill)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("are the same data in " + one.name());
            assertThatThrownBy(migration::plan).isInstanceOf(MigrationException.class);
        }
        try (Storage memory = Storages.open("memory:", CATALOG)) {
            assertThatThrownBy(Migration.from(memory).to(memory).build()::backfill)
                    .isInstanceOf(MigrationException.class);
        }
    }

    @Test
    void aNameOfItsOwnHidesNothing() {
        String uri = "jdbc:sqlite:" + folder.resolve("data");
        try (Storage one = Storages.open(uri, CATALOG);
                Storage again = ObservedStorage.of(Storages.open(uri, CATALOG)).named("other")) {
            assertThatThrownBy(Migration.from(one).to(again).build()::backfill)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("are the same data");
        }
    }

    @Test
    void blobsMayMoveToTablesBesideThem() {
        try (Storage blobs = Storages.open("kv+jdbc:sqlite:" + folder.resolve("both"), CATALOG);
                Storage rows = Storages.open("jdbc:sqlite:" + folder.resolve("both"), CATALOG)) {
            blobs.repository(NOTES).insert(new Note("1", "text"));
            assertThat(Migration.from(blobs).to(rows).build().backfill().clean())
                    .isTrue();
            assertThat(rows.repository(NOTES).exists("1")).isTrue();
        }
    }
}
