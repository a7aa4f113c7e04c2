package io.storeway.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.testkit.engine.D1Server;
import io.storeway.testkit.engine.Engines;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's table of backends is what the backends declare. */
class BackendTableTest {

    private static final String BEGIN = "<!-- backends: written by io.storeway.examples.BackendTableTest -->\n";
    private static final String END = "<!-- end of backends -->";

    private static final EntityType<ReadmeTest.WatchlistEntry> TYPE = EntityType.of(ReadmeTest.WatchlistEntry.class)
            .named("watchlists")
            .partitionedBy(ReadmeTest.WatchlistEntry::chatId)
            .identifiedBy(ReadmeTest.WatchlistEntry::ticker)
            .keyValue("watchlist:{chatId}", Blob.arrayOf(ReadmeTest.WatchlistEntry::ticker))
            .sql(table -> {})
            .build();

    /**
     * A row of the table.
     *
     * @param shown the URI as people write it
     * @param uri one that opens
     */
    private record Backend(String name, String shown, Supplier<String> uri) {}

    @TempDir
    Path folder;

    private static final boolean MARIADB = Boolean.getBoolean("storeway.mariadb");

    @Test
    void theReadmeShowsWhatTheBackendsDeclare() throws IOException {
        Path dump = Files.writeString(folder.resolve("dump.ndjson"), "");
        List<Backend> backends = new ArrayList<>(List.of(
                new Backend("memory", "memory:", () -> "memory:"),
                new Backend("H2 MVStore", "mvstore:FILE", () -> "mvstore:" + folder.resolve("data.mv")),
                new Backend("RocksDB", "rocksdb:FOLDER", () -> "rocksdb:" + folder.resolve("rocks")),
                new Backend("NDJSON dump", "ndjson:FILE[.gz]", () -> "ndjson:" + dump),
                new Backend(
                        "SQLite as key-value store",
                        "kv+jdbc:sqlite:FILE",
                        () -> "kv+jdbc:sqlite:" + folder.resolve("kv.db")),
                new Backend(
                        "Redis",
                        "redis://HOST[:PORT][/DATABASE]",
                        () -> Engines.redis().newPlace()),
                new Backend(
                        "Redis Cluster",
                        "redis+cluster://HOST:PORT,…",
                        () -> Engines.redisCluster().uri()),
                new Backend(
                        "Redis Cluster with a tag",
                        "redis+cluster://HOST:PORT,…/TAG",
                        () -> Engines.redisCluster().newPlace()),
                // Nothing is sent before the first call, so any variable serves for the token.
                new Backend(
                        "Cloudflare KV",
                        "cloudflare-kv://ACCOUNT/NAMESPACE?writes=last-writer-wins",
                        () -> "cloudflare-kv://account/namespace?writes=last-writer-wins&tokenVariable=PATH"),
                new Backend("SQLite", "jdbc:sqlite:FILE", () -> "jdbc:sqlite:" + folder.resolve("data.db")),
                new Backend("H2", "jdbc:h2:…", () -> "jdbc:h2:file:" + folder.resolve("data")),
                new Backend(
                        "PostgreSQL",
                        "jdbc:postgresql://HOST/DATABASE",
                        () -> Engines.postgres().newDatabase())));
        D1Server d1 = new D1Server(System.getenv("PATH"));
        backends.add(
                new Backend("Cloudflare D1", "d1://ACCOUNT/DATABASE", () -> d1.uri("table") + "&tokenVariable=PATH"));
        if (MARIADB) {
            backends.add(new Backend(
                    "MariaDB",
                    "jdbc:mariadb://HOST/DATABASE",
                    () -> Engines.mariaDb().newDatabase()));
        }

        String shownBy = table(backends);
        d1.close();
        Path written = Files.writeString(Path.of("target").toAbsolutePath().resolve("backends.md"), shownBy);
        String readme = Files.readString(Path.of("").toAbsolutePath().resolveSibling("README.md"));
        int begin = readme.indexOf(BEGIN);
        assertThat(begin).as("the README has the marker " + BEGIN).isNotNegative();
        String shown = readme.substring(begin + BEGIN.length(), readme.indexOf(END));
        assertThat(MARIADB ? shown : withoutMariaDb(shown))
                .as("the README's table; the right one is in %s", written)
                .isEqualToIgnoringNewLines(Files.readString(written));
    }

    /** What is shown where MariaDB is not among the tests; then its part is not looked at. */
    private static String withoutMariaDb(String table) {
        return table.lines()
                .filter(line -> !line.startsWith("| MariaDB ") && !line.endsWith(" (MariaDB)"))
                .map(line -> line.replace(", MariaDB)", ")"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String table(List<Backend> backends) {
        StringBuilder table = new StringBuilder("| backend | URI |");
        for (Capability capability : Capability.values()) {
            table.append(' ').append(title(capability)).append(" |");
        }
        table.append("\n|---|---|").append("---|".repeat(Capability.values().length));
        Map<String, List<String>> reasons = new LinkedHashMap<>();
        for (Backend backend : backends) {
            table.append("\n| ")
                    .append(backend.name())
                    .append(" | `")
                    .append(backend.shown())
                    .append("` |");
            try (Storage storage = Storages.open(backend.uri().get(), Catalog.of(TYPE))) {
                for (Capability capability : Capability.values()) {
                    table.append(storage.capabilities().has(capability) ? " yes |" : " – |");
                    storage.capabilities()
                            .reason(capability)
                            .ifPresent(reason -> reasons.computeIfAbsent(
                                            title(capability) + ": " + reason, absent -> new ArrayList<>())
                                    .add(backend.name()));
                }
            }
        }
        return table + "\n\nWhat is declined, and why:\n\n"
                + reasons.entrySet().stream()
                        .map(reason -> "- " + reason.getKey() + " (" + String.join(", ", reason.getValue()) + ")")
                        .collect(Collectors.joining("\n", "", "\n"));
    }

    private static String title(Capability capability) {
        return capability.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
