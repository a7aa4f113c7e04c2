package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An old release whose type has a field for the rest, beside a newer one that names a member more. */
class RestOfOldReleaseTest {

    record Old(String id, String title, @Nullable Json extra) {}

    record Fresh(
            String id,
            String title,
            @Nullable String shelf,
            @Nullable Json extra) {}

    private static final EntityType<Old> OLD = EntityType.of(Old.class)
            .named("books")
            .identifiedBy(Old::id)
            .nullable(Old::extra)
            .keyValue("book:{id}", Blob.<Old>object().rest(Old::extra))
            .build();

    private static final EntityType<Fresh> FRESH = EntityType.of(Fresh.class)
            .named("books")
            .identifiedBy(Fresh::id)
            .nullable(Fresh::shelf, Fresh::extra)
            .keyValue("book:{id}", Blob.<Fresh>object().rest(Fresh::extra))
            .build();

    private static final Json X = new Json.Obj(Map.of("x", new Json.Str("1")));
    private static final Fresh WRITTEN = new Fresh("a", "first", "S", X);

    @TempDir
    Path folder;

    private static @Nullable Fresh written(String uri, BiConsumer<Repository<Old>, Old> byOldRelease) {
        try (Storage storage = Storages.open(uri, Catalog.of(FRESH))) {
            storage.repository(FRESH).insert(WRITTEN);
        }
        try (Storage storage = Storages.open(uri, Catalog.of(OLD))) {
            Repository<Old> books = storage.repository(OLD);
            byOldRelease.accept(books, books.find("a").orElseThrow());
        }
        try (Storage storage = Storages.open(uri, Catalog.of(FRESH))) {
            return storage.repository(FRESH).find("a").orElse(null);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mvstore:", "jdbc:sqlite:", "jdbc:h2:"})
    void aRecordThatIsWrittenWithTheRestThatWasReadKeepsTheMemberOfTheNewerRelease(String scheme) {
        Map<String, BiConsumer<Repository<Old>, Old>> writes = Map.of(
                "update", (books, read) -> books.update(new Old("a", "second", read.extra())),
                "save", (books, read) -> books.save(new Old("a", "second", read.extra())),
                "replace",
                        (books, read) -> books.partition("a").replace(List.of(new Old("a", "second", read.extra()))));
        writes.forEach((name, write) -> assertThat(written(scheme + folder.resolve(name), write))
                .as(name)
                .isEqualTo(new Fresh("a", "second", "S", X)));
    }

    /** The rest is a value like others, and comes back as it was written; in SQL the member has a column of its own. */
    @ParameterizedTest
    @ValueSource(strings = {"mvstore:", "jdbc:sqlite:", "jdbc:h2:"})
    void aRecordThatIsWrittenWithoutTheRestLosesTheMemberInABlob(String scheme) {
        Map<String, BiConsumer<Repository<Old>, Old>> writes = Map.of(
                "update", (books, read) -> books.update(new Old("a", "second", null)),
                "save", (books, read) -> books.save(new Old("a", "second", null)));
        writes.forEach((name, write) -> assertThat(written(scheme + folder.resolve(name), write))
                .as(name)
                .isEqualTo(new Fresh("a", "second", scheme.startsWith("jdbc:") ? "S" : null, null)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mvstore:", "jdbc:sqlite:", "jdbc:h2:"})
    void aMemberThatAnOldReleasePutsIntoTheRestStaysThereInSql(String scheme) {
        Json shelf = new Json.Obj(Map.of("shelf", new Json.Str("T")));
        assertThat(written(scheme + folder.resolve("own"), (books, read) -> books.update(new Old("a", "third", shelf))))
                .isEqualTo(
                        scheme.startsWith("jdbc:")
                                ? new Fresh("a", "third", "S", shelf)
                                : new Fresh("a", "third", "T", null));
    }
}
