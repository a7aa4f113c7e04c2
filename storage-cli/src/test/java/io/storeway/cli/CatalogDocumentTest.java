package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.EntityType;
import io.storeway.OnDelete;
import io.storeway.cli.catalog.CatalogException;
import io.storeway.cli.catalog.CatalogFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Every example in docs/catalog.md is a catalog that can be read. */
class CatalogDocumentTest {

    @Test
    void everyExampleIsACatalog() throws IOException {
        String document = Files.readString(
                Path.of("").toAbsolutePath().resolveSibling("docs").resolve("catalog.md"));
        Matcher examples =
                Pattern.compile("```(?:yaml|json)\n(.*?)```", Pattern.DOTALL).matcher(document);
        List<String> names = new ArrayList<>();
        while (examples.find()) {
            CatalogFile.parse("docs/catalog.md", examples.group(1)).types().forEach(type -> names.add(type.name()));
        }
        assertThat(names).containsExactly("books", "chats", "watchlists", "trades", "latest", "categories", "sessions");
    }

    @Test
    void aTypeMayReferToItselfAndCountVersions() {
        EntityType<?> categories = CatalogFile.parse("c", """
                types:
                  categories:
                    key: [id]
                    version: version
                    fields: {id: text, parent: {type: text, nullable: true}, version: long}
                    references: [{field: parent, to: categories, on-delete: cascade}]
                """).type("categories");
        assertThat(categories.version().orElseThrow().name()).isEqualTo("version");
        assertThat(categories.references()).singleElement().satisfies(reference -> {
            assertThat(reference.target()).isSameAs(categories);
            assertThat(reference.onDelete()).isEqualTo(OnDelete.CASCADE);
        });
    }

    @Test
    void aVersionThatIsNoLongIsRefused() {
        assertThatThrownBy(() -> CatalogFile.parse("c", """
                types:
                  t: {key: [id], version: v, fields: {id: text, v: integer}}
                """))
                .isInstanceOf(CatalogException.class)
                .hasMessageContaining("types.t", "v", "long");
    }
}
