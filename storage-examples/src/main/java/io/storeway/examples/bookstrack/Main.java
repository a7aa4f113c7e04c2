package io.storeway.examples.bookstrack;

import io.storeway.examples.BundledData;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.backup.Backup;
import io.storeway.kv.backup.OtherKeys;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.EntityProgress;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageControl;
import io.storeway.migrate.routing.StageStatus;
import java.io.IOException;
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

    private static final String OPERATOR = "operator";
    /** How many shadow reads to compare before reads move to the tables. */
    private static final int ENOUGH_COMPARED = 100;

    private final PrintStream out;

    private Main(PrintStream out) {
        this.out = out;
    }

    /** Runs on the bundled data in a new temporary folder. The first argument is the number of libraries, 1,000 by default. */
    public static void main(String[] arguments) throws Exception {
        int readers = arguments.length == 0 ? 1_000 : Integer.parseInt(arguments[0]);
        run(Files.createTempDirectory("bookstrack"), readers, System.out);
    }

    static void run(Path folder, int readers, PrintStream out) throws Exception {
        // Expiry is judged as of the day on which the dumps were made.
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
                        new Bookstrack(cached, stores.clock()), meter, () -> CacheReport.text(cached.statistics()))) {
            Visitors visitors = new Visitors(server.uri(), books.shelved(), books.users());
            copy(routed.control(), visitors);
            rollOut(stores, routed.control(), visitors);
            routed.control().advance(OPERATOR, "all reads have been answered by the tables");
            visitors.visit(20);
            say("%nThe tables decide now (%s). The blobs follow, so the way back stays open.", routed.stage());
            for (String isbn : books.elsewhere().keySet().stream().limit(20).toList()) {
                visitors.get("v1/search/isbn?isbn=" + isbn);
            }
            say("%d books came from the book service and are in the tables now.", service.requests());
            report(stores);
            say("Most often read: %s", busiest(cached));
            say("%nMetrics:%n%s", visitors.get("metrics").body());
        }
    }

    private void backUp(Stores stores, Path folder) {
        Backup backup = Backup.write(stores.blobs(), folder.resolve("backup.ndjson.gz"), entries -> {});
        try (MemoryStore empty = new MemoryStore()) {
            boolean same = backup.restore(empty, OtherKeys.KEEP, entries -> {}).equal();
            say(
                    "Backup of %,d keys, sha256 %s\u2026; restoring it gives %s.",
                    backup.entries(), backup.sha256().substring(0, 12), same ? "the same store" : "ANOTHER STORE");
        }
    }

    private void dryRun(Stores stores) {
        say("%nDry run (nothing is written):");
        var plan = Migration.from(stores.kv())
                .to(stores.sql())
                .clock(stores.clock())
                .build()
                .plan();
        plan.entities().forEach(entity -> say("  %-14s %,7d keys", entity.entity(), entity.units()));
        plan.uncovered()
                .forEach(other -> say("  %-14s %,7d keys that no type covers stay", other.prefix(), other.keys()));
    }

    /** Copies everything while readers read and write, accepts what the tables can't hold, and compares both sides. */
    private void copy(StageControl control, Visitors visitors) {
        control.advance(OPERATOR, "every write goes to both");
        CompletableFuture<Void> traffic = CompletableFuture.runAsync(() -> visit(visitors, 100));
        BackfillReport report = control.backfill(OPERATOR, "copy what is there");
        traffic.join();
        say("%nCopied while readers went on, in %.1f s:", report.duration().toMillis() / 1e3);
        for (EntityProgress entity : report.entities()) {
            say(
                    "  %-14s %,7d rows, %,d items that the table can't hold",
                    entity.entity(), entity.written(), entity.residue());
            control.waiveResidue(
                    entity.entity(), entity.residue(), OPERATOR, "items without an ISBN stay in the blobs");
        }
        control.advance(OPERATOR, "copied");
        say(
                "Both sides are equal; reads are compared from here on (%s).",
                control.status().stage());
    }

    private static void visit(Visitors visitors, int visits) {
        try {
            visitors.visit(visits);
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Moves reads to the tables step by step by setting the flag, and once back to the blobs. */
    private void rollOut(Stores stores, StageControl control, Visitors visitors) throws Exception {
        for (String flag : List.of("READ_NEW 10", "READ_NEW 50", "false", "READ_NEW 50", "READ_NEW 100")) {
            StageStatus now = control.status();
            while (now.stage() == Stage.SHADOW && !compared(now)) {
                visitors.visit(10);
                now = control.status();
            }
            stores.setFlag(flag);
            while (!follows(flag, now)) {
                visitors.visit(5);
                now = control.status();
            }
            say("  flag %-12s -> %s at %d %%", flag, now.stage(), now.percent());
            visitors.visit(30);
        }
        stores.setFlag("true");
    }

    /** Whether enough shadow reads were compared since the stage changed. */
    private static boolean compared(StageStatus now) {
        StageStatus.Participant pod = now.instances().get(0);
        return pod.ackedEpoch() == now.epoch() && pod.compares() >= ENOUGH_COMPARED;
    }

    /** Whether the stage is what the flag asks for. */
    private static boolean follows(String flag, StageStatus now) {
        return flag.equals("false") ? now.stage() == Stage.SHADOW : flag.equals(now.stage() + " " + now.percent());
    }

    private void report(Stores stores) {
        Reports reports = new Reports(stores.sql(), stores.database());
        say("%nBooks by year: %s", counts(reports.booksByYear(5)));
        say("Top authors: %s", counts(reports.topAuthors(5)));
    }

    private static String busiest(CachedStorage cached) {
        return String.join(
                ", ",
                CacheReport.mostRead(cached, 3).stream()
                        .map(book -> book.key() + " " + book.hits())
                        .toList());
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
