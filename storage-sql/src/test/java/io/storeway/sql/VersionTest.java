package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Missing;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.VersionConflictException;
import io.storeway.testkit.engine.D1Server;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Records whose type declares a version. */
class VersionTest {

    private static final EntityType<Row> PAGES = EntityType.ofRows("pages")
            .field("id", FieldType.TEXT)
            .field("revision", FieldType.LONG)
            .identifiedBy(FieldRef.named("id"))
            .versionedBy(FieldRef.named("revision"))
            .build();

    @TempDir
    Path directory;

    @EachEngine
    void aRecordThatABatchHasTwiceMeetsItselfChangedAndIsNotTriedAgain(Engine engine) {
        try (Storage storage = engine.open(directory, Catalog.of(PAGES))) {
            refusesARecordTwice(storage);
        }
    }

    @Test
    void aRecordThatABatchHasTwiceMeetsItselfChangedOnD1() {
        try (D1Server server = new D1Server("token");
                Storage storage = CloudflareD1.open(
                        CloudflareD1.dataSource(server.uri("v"), "token"),
                        Catalog.of(PAGES),
                        Clock.systemUTC(),
                        Missing.CREATE)) {
            refusesARecordTwice(storage);
        }
    }

    @EachEngine
    void aRecordThatABatchHasTwiceMayHaveTheVersionThatTheFirstOneGivesIt(Engine engine) {
        try (Storage storage = engine.open(directory, Catalog.of(PAGES))) {
            Repository<Row> pages = storage.repository(PAGES);
            pages.insert(Row.of(PAGES, "a", 0L));
            pages.updateAll(List.of(Row.of(PAGES, "a", 0L), Row.of(PAGES, "a", 1L)));
            assertThat(pages.find("a")).contains(Row.of(PAGES, "a", 2L));
        }
    }

    private static void refusesARecordTwice(Storage storage) {
        Repository<Row> pages = storage.repository(PAGES);
        pages.insertAll(List.of(Row.of(PAGES, "a", 0L), Row.of(PAGES, "b", 0L)));
        Row a = pages.find("a").orElseThrow();
        Row b = pages.find("b").orElseThrow();
        List<Runnable> writes = List.of(
                () -> pages.updateAll(List.of(b, a, a)),
                () -> storage.transact(unit -> {
                    unit.repository(PAGES).updateAll(List.of(b, a, a));
                    return unit;
                }),
                () -> storage.transact(unit -> {
                    unit.repository(PAGES).update(a);
                    unit.repository(PAGES).update(a);
                    return unit;
                }));
        for (Runnable write : writes) {
            assertThatExceptionOfType(VersionConflictException.class)
                    .isThrownBy(write::run)
                    .satisfies(e ->
                            assertThat(e.context().key()).isEqualTo(Key.of("a").redacted()));
        }
        assertThat(pages.find("a")).contains(a);
        assertThat(pages.find("b")).contains(b);
    }
}
