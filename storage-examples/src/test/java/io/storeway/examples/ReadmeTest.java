package io.storeway.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.examples.directory.DirectoryStore;
import io.storeway.kv.KvStorage;
import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.laws.Law;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The example of the README: it compiles, it runs on every backend, and it is the one that the README shows. */
class ReadmeTest {

    // README begin
    record WatchlistEntry(String chatId, String ticker) {}

    static final EntityType<WatchlistEntry> WATCHLISTS = EntityType.of(WatchlistEntry.class)
            .named("watchlists")
            .partitionedBy(WatchlistEntry::chatId)
            .identifiedBy(WatchlistEntry::ticker)
            .keyValue("watchlist:{chatId}", Blob.arrayOf(WatchlistEntry::ticker))
            .sql(table -> table.index(WatchlistEntry::ticker))
            .build();

    static List<WatchlistEntry> addAndRead(String uri) {
        try (Storage storage = Storages.open(uri, Catalog.of(WATCHLISTS))) {
            Repository<WatchlistEntry> watchlists = storage.repository(WATCHLISTS);
            watchlists.save(new WatchlistEntry("42", "SPY"));
            return watchlists.partition("42").list();
        }
    }
    // README end

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"memory:", "mvstore:%s/data.mv", "jdbc:sqlite:%s/data.db", "jdbc:h2:file:%s/data"})
    void theExampleReadsWhatItWrote(String uri) {
        assertThat(addAndRead(uri.formatted(folder))).containsExactly(new WatchlistEntry("42", "SPY"));
    }

    @Test
    void theReadmeShowsThisExample() throws IOException {
        Path module = Path.of("").toAbsolutePath();
        String readme = Files.readString(module.resolveSibling("README.md"));
        String source = Files.readString(module.resolve("src/test/java/io/storeway/examples/ReadmeTest.java"));
        String shown = readme.substring(readme.indexOf("```java\n") + 8, readme.indexOf("```\n\nThe same code"));
        String meant = source.substring(source.indexOf("// README begin") + 15, source.indexOf("// README end"));
        assertThat(code(shown)).isEqualTo(code(meant));
    }

    @Test
    void theReportOfTheReadmeCountsTheLawsOfTheKit() throws IOException {
        String readme = Files.readString(Path.of("").toAbsolutePath().resolveSibling("README.md"));
        try (Storage storage = KvStorage.open(DirectoryStore.open(folder), Catalog.of(WATCHLISTS))) {
            Set<Capability> declared = storage.capabilities().declared();
            List<Law> laws = Conformance.laws();
            List<Law> asked = laws.stream()
                    .filter(law -> declared.containsAll(law.needs()))
                    .toList();
            long core = asked.stream().filter(Law::core).count();
            long optional = asked.size() - core;
            assertThat(readme)
                    .contains("Directory: core %d/%d, optional %d/%d declared, %d declined"
                            .formatted(core, core, optional, optional, laws.size() - asked.size()));
        }
    }

    /** The lines without indent, blank lines and end-of-line comments. */
    private static String code(String text) {
        return text.lines()
                .map(line -> line.replaceAll("\\s+// .*$", "").strip())
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n"));
    }
}
