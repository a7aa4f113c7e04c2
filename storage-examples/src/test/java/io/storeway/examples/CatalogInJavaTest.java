package io.storeway.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.Converter;
import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.layout.KeyValueLayout;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Year;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The example in Java of docs/catalog.md: it compiles, reads the blob of the example in YAML, and is the one that is shown. */
class CatalogInJavaTest {

    // document begin
    record Book(
            String isbn,
            String title,
            @Nullable Integer pages,
            @Nullable Year published,
            @Nullable String cover,
            @Nullable Json extra) {}

    static final EntityType<Book> BOOKS = EntityType.of(Book.class)
            .named("books")
            .identifiedBy(Book::isbn)
            .nullable(Book::pages, Book::published, Book::cover, Book::extra)
            .convert(Book::published, Converter.of(Year.class, FieldType.INTEGER, Year::getValue, Year::of))
            .keyValue(
                    "book:isbn:{isbn}",
                    Blob.<Book>object()
                            .at(Book::published, "publishedDate")
                            .as(Book::published, KeyValueLayout.Form.STRING)
                            .at(Book::cover, "imageLinks.thumbnail")
                            .rest(Book::extra))
            .sql(table -> table.table("Books")
                    .column(Book::published, "publication_year")
                    .index(Book::published))
            .build();
    // document end

    @Test
    void theExampleReadsTheBlobOfTheExampleInYaml() {
        MemoryStore store = new MemoryStore();
        String blob = "{\"title\":\"…\",\"publishedDate\":\"1967\",\"imageLinks\":{\"thumbnail\":\"…\"},\"shop\":7}";
        store.commit(List.of(), List.of(Write.put("book:isbn:9780143034902", blob.getBytes(StandardCharsets.UTF_8))));
        try (Storage storage = KvStorage.open(store, Catalog.of(BOOKS))) {
            assertThat(storage.repository(BOOKS).find("9780143034902")).hasValueSatisfying(book -> {
                assertThat(book.published()).isEqualTo(Year.of(1967));
                assertThat(book.cover()).isEqualTo("…");
                assertThat(book.extra()).hasToString("{\"shop\":7}");
            });
        }
    }

    @Test
    void theDocumentShowsThisExample() throws IOException {
        Path module = Path.of("").toAbsolutePath();
        String document = Files.readString(module.resolveSibling("docs").resolve("catalog.md"));
        String source = Files.readString(module.resolve("src/test/java/io/storeway/examples/CatalogInJavaTest.java"));
        int shown = document.indexOf("```java\n") + 8;
        String meant = source.substring(source.indexOf("// document begin") + 17, source.indexOf("// document end"));
        assertThat(code(document.substring(shown, document.indexOf("```", shown))))
                .isEqualTo(code(meant));
    }

    /** Without white space and end-of-line comments. */
    private static String code(String text) {
        return text.lines()
                .map(line -> line.replaceAll("\\s+// .*$", ""))
                .collect(Collectors.joining())
                .replaceAll("\\s", "");
    }
}
