package io.storeway.examples.bookstrack;

import io.storeway.examples.BundledData;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.StageControl;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Moves the service from blobs to tables while readers use it, and shows each step. */
public final class Main {

    private static final String WHO = "operator";

    private final PrintStream out;

    private Main(PrintStream out) {
        this.out = out;
    }

    /** Runs on the bundled books in a new folder for temporary files. An argument says how many libraries to take. */
    public static void main(String[] arguments) throws Exception {
        int readers = arguments.length == 0 ? 1_000 : Integer.parseInt(arguments[0]);
        run(Files.createTempDirectory("bookstrack"), readers, System.out);
    }

    static void run(Path folder, int readers, PrintStream out) throws Exception {
        // The expiries in the dumps are relative to the day on which they were made.
        Clock clock = Clock.offset(Clock.systemUTC(), Duration.between(Instant.now(), BundledData.DUMPED_AT));
        try (Stores stores = Stores.open(folder, clock)) {
            new Main(out).move(stores, folder, DumpedBooks.load(folder, stores.blobs(), readers));
        }
    }

    private void move(Stores stores, Path folder, DumpedBooks books) throws Exception {
        say(
                "%,d books and %,d libraries are blobs; %,d more books are known to the book service.",
                books.shelved().size(), books.users().size(), books.elsewhere().size());
        backUp(stores, folder);
        dryRun(stores);
        RequestMeter meter = new RequestMeter(System::nanoTime);
        try (LocalBooksApi service = new LocalBooksApi(books.elsewhere());
                RoutedStorage routed = stores.routed("pod-1").open();
                CachedStorage cached = Bookstrack.cached(
                        routed, new MemoryStore(), new BooksApi(service.uri(), Duration.ofSeconds(2)), stores.clock());
                BookstrackServer server = new BookstrackServer(
                        new Bookstrack(cached, stores.clock()), meter, () -> CacheMetric.text(cached.statistics()))) {
            Visitors visitors = new Visitors(server.uri(), books.shelved(), books.users());
            copy(routed.control(), visitors);
            rollOut(
                    new Rollout(routed.control(), meter, new ReadFlag(stores.blobs())),
                    stores,
                    visitors,
                    service,
                    books);
            routed.control().advance(WHO, "all reads have been answered by the tables");
            visitors.come(20);
            say("%nThe tables decide now (%s). The blobs follow, so the way back stays open.", routed.stage());
            report(stores);
            CacheMetric.record(cached, "pod-1", stores.clock().instant());
            say("%nMetrics:%n%s", visitors.get("metrics").body());
        }
    }

    private void backUp(Stores stores, Path folder) {
        KvBackup backup = KvBackup.of(stores.blobs(), folder.resolve("backup.ndjson.gz"));
        try (MemoryStore empty = new MemoryStore()) {
            boolean same = backup.restores(empty, folder.resolve("restored.ndjson.gz"));
            say(
                    "Backup of %,d keys, sha256 %s…; restoring it gives %s.",
                    backup.keys(), backup.sha256().substring(0, 12), same ? "the same store" : "ANOTHER STORE");
        }
    }

    private void dryRun(Stores stores) {
        say("%nDry run, nothing is written:");
        var plan = Migration.from(stores.kv())
                .to(stores.sql())
                .clock(stores.clock())
                .build()
                .plan();
        plan.entities().forEach(entity -> say("  %-14s %,7d keys", entity.entity(), entity.units()));
        plan.uncovered()
                .forEach(other -> say("  %-14s %,7d keys that no type covers stay", other.prefix(), other.keys()));
    }

    /** Copies everything while readers read and write, then compares it. */
    private void copy(StageControl control, Visitors visitors) {
        control.advance(WHO, "every write goes to both");
        CompletableFuture<Void> traffic = CompletableFuture.runAsync(() -> come(visitors, 100));
        BackfillReport report = control.backfill(WHO);
        traffic.join();
        say("%nCopied while readers went on, in %.1f s:", report.duration().toMillis() / 1e3);
        for (EntityProgress entity : report.entities()) {
            say(
                    "  %-14s %,7d rows, %,d items that the table can't hold",
                    entity.entity(), entity.written(), entity.residue());
            control.waiveResidue(entity.entity(), entity.residue(), WHO, "items without an ISBN stay in the blobs");
        }
        control.advance(WHO, "copied");
        say(
                "Both sides are equal; reads are compared from here on (%s).",
                control.status().stage());
    }

    private static void come(Visitors visitors, int visits) {
        try {
            visitors.come(visits);
        } catch (java.io.IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Reads move in steps; an incident takes them back. */
    private void rollOut(Rollout rollout, Stores stores, Visitors visitors, LocalBooksApi service, DumpedBooks books)
            throws Exception {
        StageControl control = stores.routed("operator").control();
        ReadFlag flag = new ReadFlag(stores.blobs());
        flag.set("true");
        boolean incident = true;
        while (control.status().percent() < 100) {
            visitors.come(60);
            if (incident && control.status().percent() == 10) {
                incident = false;
                service.begin(LocalBooksApi.Fault.FAILS);
                for (String isbn : books.elsewhere().keySet().stream().limit(50).toList()) {
                    visitors.get("v1/search/isbn?isbn=" + isbn);
                }
                service.begin(LocalBooksApi.Fault.NONE);
            }
            Rollout.Decision decision = rollout.decide();
            var status = control.status();
            say("  %-12s %s at %d %%: %s", decision, status.stage(), status.percent(), status.reason());
            if (decision == Rollout.Decision.ROLLED_BACK) {
                control.unfreeze(WHO, "the book service answers again");
            }
        }
    }

    private void report(Stores stores) {
        Reports reports = new Reports(stores.sql(), stores.database());
        say("%nBooks by year: %s", counts(reports.booksByYear(5)));
        say("Top authors: %s", counts(reports.topAuthors(5)));
    }

    private static String counts(List<? extends Reports.Count<?>> counts) {
        return String.join(
                ", ",
                counts.stream().map(count -> count.of() + " " + count.books()).toList());
    }

    private void say(String format, Object... arguments) {
        out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
