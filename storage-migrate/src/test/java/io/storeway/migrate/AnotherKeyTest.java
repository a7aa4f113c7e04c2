package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.EntityTypeBuilder;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.error.InvalidValueException;
import io.storeway.error.SchemaMismatchException;
import io.storeway.migrate.routing.Reads;
import io.storeway.migrate.routing.Router;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.Writes;
import io.storeway.sql.SchemaChange;
import io.storeway.sql.SqlStorage;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A type whose later release has another key template, partition or identity, as docs/evolution.md describes it. */
class AnotherKeyTest {

    record Note(String owner, String region, String id) {}

    private static EntityTypeBuilder<Note> notes() {
        return EntityType.of(Note.class, MethodHandles.lookup()).named("notes");
    }

    private static EntityTypeBuilder<Note> byOwner() {
        return notes().partitionedBy(Note::owner).identifiedBy(Note::id);
    }

    private static EntityTypeBuilder<Note> byRegion() {
        return notes().partitionedBy(Note::region).identifiedBy(Note::owner, Note::id);
    }

    private static final EntityType<Note> FIRST =
            byOwner().keyValue("note:{owner}", Blob.arrayOfObjects()).build();
    private static final EntityType<Note> OTHER_TEMPLATE =
            byOwner().keyValue("notes:{owner}", Blob.arrayOfObjects()).build();
    private static final EntityType<Note> OTHER_PARTITION =
            byRegion().keyValue("note:{region}", Blob.arrayOfObjects()).build();
    private static final EntityType<Note> OTHER_IDENTITY = notes().partitionedBy(Note::owner)
            .identifiedBy(Note::region, Note::id)
            .keyValue("note:{owner}", Blob.arrayOfObjects())
            .build();

    private static final List<Note> WRITTEN =
            List.of(new Note("ann", "eu", "1"), new Note("ann", "us", "2"), new Note("bob", "eu", "1"));

    @TempDir
    Path folder;

    private String blobs;
    private String rows;

    @BeforeEach
    void writeByTheFirstRelease() {
        blobs = "mvstore:" + folder.resolve("notes.mv");
        rows = "jdbc:sqlite:" + folder.resolve("notes.db");
        for (String uri : List.of(blobs, rows)) {
            try (Storage storage = Storages.open(uri, Catalog.of(FIRST))) {
                storage.repository(FIRST).insertAll(WRITTEN);
            }
        }
    }

    private static List<Note> all(Storage storage, EntityType<Note> type) {
        return storage.repository(type).all().allowScan().list();
    }

    @Test
    void underAnotherTemplateBlobsAreNotFoundAndRowsAre() {
        try (Storage storage = Storages.open(blobs, Catalog.of(OTHER_TEMPLATE))) {
            assertThat(all(storage, OTHER_TEMPLATE)).isEmpty();
        }
        try (Storage storage = Storages.open(rows, Catalog.of(OTHER_TEMPLATE))) {
            assertThat(all(storage, OTHER_TEMPLATE)).containsExactlyInAnyOrderElementsOf(WRITTEN);
        }
    }

    @Test
    void inAnotherPartitionBlobsAreNotFoundOrRefusedAndTheTableIsRefused() {
        try (Storage storage = Storages.open(blobs, Catalog.of(OTHER_PARTITION))) {
            assertThat(storage.repository(OTHER_PARTITION).find("eu", "ann", "1"))
                    .isEmpty();
            assertThatThrownBy(() -> all(storage, OTHER_PARTITION))
                    .isInstanceOf(InvalidValueException.class)
                    .hasMessageContaining("field owner: the value is missing");
        }
        assertThatThrownBy(() -> Storages.open(rows, Catalog.of(OTHER_PARTITION)))
                .isInstanceOf(SchemaMismatchException.class)
                .hasMessageContaining("should have (region, owner, id)");
    }

    @Test
    void underAnotherIdentityWithinThePartitionBlobsAreFoundAndTheTableIsRefused() {
        try (Storage storage = Storages.open(blobs, Catalog.of(OTHER_IDENTITY))) {
            assertThat(all(storage, OTHER_IDENTITY)).containsExactlyInAnyOrderElementsOf(WRITTEN);
        }
        assertThatThrownBy(() -> Storages.open(rows, Catalog.of(OTHER_IDENTITY)))
                .isInstanceOf(SchemaMismatchException.class);
    }

    @Test
    void twoItemsThatHaveTheSameIdentityNowAreRefused() {
        EntityType<Note> byRegionAlone = notes().partitionedBy(Note::owner)
                .identifiedBy(Note::region)
                .keyValue("note:{owner}", Blob.arrayOfObjects())
                .build();
        try (Storage storage = Storages.open(blobs, Catalog.of(FIRST))) {
            storage.repository(FIRST).insert(new Note("ann", "eu", "3"));
        }
        try (Storage storage = Storages.open(blobs, Catalog.of(byRegionAlone))) {
            assertThatThrownBy(() -> all(storage, byRegionAlone)).isInstanceOf(InvalidValueException.class);
        }
    }

    record Misread(@Nullable String owner, String region, String id) {}

    @Test
    void aFieldThatMayBeMissingIsMisreadInAnotherPartition() {
        EntityType<Misread> type = EntityType.of(Misread.class, MethodHandles.lookup())
                .named("notes")
                .partitionedBy(Misread::region)
                .identifiedBy(Misread::id)
                .nullable(Misread::owner)
                .keyValue("note:{region}", Blob.arrayOfObjects())
                .build();
        try (Storage storage = Storages.open(blobs, Catalog.of(type))) {
            assertThat(storage.repository(type).all().allowScan().list()).contains(new Misread(null, "ann", "1"));
        }
    }

    @Test
    void aMigrationTakesOneCatalogForBothSides() {
        try (Storage old = Storages.open(blobs, Catalog.of(FIRST));
                Storage fresh = Storages.open("memory:", Catalog.of(OTHER_TEMPLATE))) {
            assertThatThrownBy(() -> Migration.from(old).to(fresh)).hasMessageContaining("the same Catalog");
        }
    }

    @Test
    void aDatabaseInBetweenTakesTheRecordsToAnotherKey() throws SQLException {
        for (EntityType<Note> next : List.of(OTHER_TEMPLATE, OTHER_PARTITION)) {
            String between = "jdbc:sqlite:" + folder.resolve(next.key().size() + ".db");
            Catalog later = Catalog.of(next);
            copy(Catalog.of(FIRST), blobs, between);
            for (SchemaChange change : SqlStorage.changes(between, later).changes()) {
                apply(between, change.statements());
            }
            String target = "mvstore:" + folder.resolve(next.key().size() + ".mv");
            copy(later, between, target);
            try (Storage storage = Storages.open(target, later)) {
                assertThat(all(storage, next)).containsExactlyInAnyOrderElementsOf(WRITTEN);
            }
        }
    }

    private static void copy(Catalog catalog, String from, String to) {
        try (Storage source = Storages.open(from, catalog);
                Storage target = Storages.open(to, catalog)) {
            Migration migration = Migration.from(source).to(target).build();
            migration.backfill();
            assertThat(migration.verify().equal()).isTrue();
        }
    }

    private static void apply(String uri, List<String> script) throws SQLException {
        try (Connection connection = DriverManager.getConnection(uri);
                Statement statement = connection.createStatement()) {
            for (String sql : script) {
                statement.execute(sql);
            }
        }
    }

    interface Notes {
        @Reads(key = "0")
        List<Note> of(String owner);

        @Writes(key = "note.owner")
        void save(Note note);
    }

    private record Stored(Storage storage, EntityType<Note> type) implements Notes {
        @Override
        public List<Note> of(String owner) {
            return all(storage, type).stream()
                    .filter(note -> note.owner().equals(owner))
                    .toList();
        }

        @Override
        public void save(Note note) {
            storage.repository(type).save(note);
        }
    }

    @Test
    void aRouterTakesTheRecordsToAnotherKeyWhileTheyAreWritten() {
        try (Storage old = Storages.open(blobs, Catalog.of(FIRST));
                Storage fresh = Storages.open("mvstore:" + folder.resolve("new.mv"), Catalog.of(OTHER_PARTITION));
                Router<Notes> router = Router.between(
                                Notes.class, new Stored(old, FIRST), new Stored(fresh, OTHER_PARTITION))
                        .controlledBy(old)
                        .open()) {
            router.control().advance("ann", "both from now on");
            router.repository().save(new Note("bob", "us", "3"));
            all(old, FIRST).forEach(fresh.repository(OTHER_PARTITION)::save);
            router.control().copied("ann", "copied");
            assertThat(router.control().advance("ann", "on").stage()).isEqualTo(Stage.SHADOW);
            assertThat(router.control().unsettled()).isEmpty();
            assertThat(all(fresh, OTHER_PARTITION)).containsExactlyInAnyOrderElementsOf(all(old, FIRST));
        }
    }
}
