package io.storeway.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
        assertThat(names).containsExactly("books", "chats", "watchlists", "trades", "latest", "sessions");
    }
}
