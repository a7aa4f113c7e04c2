package io.storeway.examples.catalog;

import io.storeway.Page;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.examples.BundledData;
import io.storeway.examples.catalog.CatalogSchema.Action;
import io.storeway.examples.catalog.CatalogSchema.Category;
import io.storeway.examples.catalog.CatalogSchema.Item;
import io.storeway.examples.catalog.CatalogSchema.User;
import io.storeway.examples.catalog.Ingestion.Submission;
import io.storeway.examples.catalog.Search.Filter;
import io.storeway.kv.KeyValueStores;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** Loads a thousand real links into SQLite, with an MVStore file as cache, and searches them. */
public final class Main {

    private static final int BATCH = 200;

    private Main() {}

    /** Runs the example. */
    public static void main(String[] arguments) throws IOException {
        show(Files.createTempDirectory("catalog"), System.out);
    }

    /** Runs the example in a folder, in a few seconds. */
    static void show(Path folder, PrintStream out) throws IOException {
        List<Submission> items = CatalogDump.read(BundledData.CATALOG_1K.copyTo(folder));
        try (Storage database = Storages.open("jdbc:sqlite:" + folder.resolve("catalog.db"), CatalogSchema.CATALOG);
                KeyValueStore cache = KeyValueStores.open("mvstore:" + folder.resolve("cache.mv"));
                CatalogApp app = CatalogApp.open(database, cache, Clock.systemUTC())) {
            User ann = app.accounts().signUp("ann@example.org", "Ann", "correct horse");
            String token =
                    app.accounts().signIn("ann@example.org", "correct horse").orElseThrow();
            out.println("signed in: " + app.accounts().me(token).orElseThrow().name());
            for (int from = 0; from < items.size(); from += BATCH) {
                out.println(app.ingestion().ingest(items.subList(from, Math.min(items.size(), from + BATCH))));
            }
            out.println("again: " + app.ingestion().ingest(items.subList(0, BATCH)));
            app.activities().note(ann, Action.INGEST, String.valueOf(items.size()));

            out.println();
            for (Category root : app.search().categories(null)) {
                List<Category> below = app.search().categories(root.id());
                out.println(root.name() + ": "
                        + app.search().count(new Filter(null, null, root.id(), Search.Order.NAME)) + " items, "
                        + below.size() + " categories below");
            }
            out.println("\nSearch for Java in casts, three times:");
            for (int round = 0; round < 3; round++) {
                Page<Item> page =
                        app.search().find(Filter.ALL.category(List.of("casts")).text("Java"), 3, null);
                app.activities().note(ann, Action.SEARCH, "Java");
                if (round == 0) {
                    page.items().forEach(item -> out.println("  " + item.name() + " <" + item.url() + ">"));
                }
            }
            Health.Report health = app.health().check();
            out.println("cache:    " + health.statistics().hits() + " hits, "
                    + health.statistics().misses() + " misses");
            out.println("activity: " + app.activities().counts(ann));
            out.println("health:   " + health.status());
            out.println("signed out: " + app.accounts().signOut(token) + ", purged: " + app.purge());
        }
        out.println("\nThe database: " + folder.resolve("catalog.db"));
    }
}
