package io.storeway.examples.llmgateway;

import static io.storeway.examples.llmgateway.ApiKey.API_KEYS;
import static io.storeway.examples.llmgateway.Organization.ORGANIZATIONS;
import static io.storeway.examples.llmgateway.Project.PROJECTS;
import static io.storeway.examples.llmgateway.RequestLog.LOG;

import io.storeway.Json;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.examples.BundledData;
import io.storeway.examples.llmgateway.Provider.Completion;
import io.storeway.kv.NdjsonDump;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.Stage;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Moves the data from PostgreSQL to SQLite while two versions of the gateway serve side by side, and then back. */
public final class Main {

    private static final BigDecimal CREDITS = new BigDecimal("25.000000000000");
    private static final int QUESTIONS_PER_STAGE = 40;
    private static final List<Model> MODELS = List.of(Model.values());

    private final PrintStream out;
    private final List<String> titles;
    private final Clock clock = Clock.systemUTC();
    private int asked;

    private Main(PrintStream out, List<String> titles) {
        this.out = out;
        this.titles = titles;
    }

    /**
     * Runs in a new temporary folder.
     *
     * @param arguments the URIs of an empty database and of a key-value store to begin with; by default an H2 database and an
     *     MVStore file
     */
    public static void main(String[] arguments) throws Exception {
        Path folder = Files.createTempDirectory("llmgateway");
        String database = arguments.length > 0 ? arguments[0] : "jdbc:h2:" + folder.resolve("postgres");
        String cache = arguments.length > 1 ? arguments[1] : "mvstore:" + folder.resolve("redis.mv");
        run(folder, database, cache, System.out);
    }

    static void run(Path folder, String database, String cache, PrintStream out) throws Exception {
        Main main = new Main(out, titles(folder));
        try (Stores old = Stores.open(database, cache);
                Stores fresh =
                        Stores.open("jdbc:sqlite:" + folder.resolve("d1.db"), "mvstore:" + folder.resolve("kv.mv"))) {
            seed(old.database());
            main.move(old, fresh);
            main.back(fresh.database(), "jdbc:h2:" + folder.resolve("back"));
        }
    }

    /** The titles of real books, in many scripts: the subjects of the questions. */
    private static List<String> titles(Path folder) throws IOException {
        Pattern title = Pattern.compile("\"title\":\"([^\"\\\\]+)\"");
        Path dump = BundledData.GOODBOOKS.copyTo(folder);
        List<String> titles = new ArrayList<>();
        try (NdjsonDump lines = NdjsonDump.open(dump)) {
            while (lines.hasNext()) {
                byte[] value = lines.next().write().value();
                Matcher found = title.matcher(value == null ? "" : new String(value, StandardCharsets.UTF_8));
                if (found.find()) {
                    titles.add(found.group(1));
                }
            }
        }
        Files.delete(dump);
        return titles;
    }

    private static void seed(Storage database) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        database.repository(ORGANIZATIONS).insert(new Organization("acme", "Acme", CREDITS, "cus_1", true, now));
        database.repository(PROJECTS).insert(new Project("reading", "acme", "Reading club", true, 3_600, now));
        database.repository(API_KEYS).insert(new ApiKey("key-1", "reading", "llmgtwy_1", "club", true, null, now));
    }

    private void move(Stores old, Stores fresh) {
        try (Deployment node = Deployment.start("node", old, fresh, Main::think, clock);
                Deployment worker = Deployment.start("worker", old, fresh, Main::think, clock)) {
            say(
                    "%s + %s -> %s + %s",
                    old.database().name(),
                    old.cache().name(),
                    fresh.database().name(),
                    fresh.cache().name());
            node.acceptLossyCache("operator");
            while (node.stage() != Stage.COMPLETE) {
                serve(node, worker);
                Stage stage = node.stage();
                List<String> waiting = node.advance("operator");
                say(
                        "  %-10s both versions have answered %,d questions%s",
                        stage, asked, waiting.isEmpty() ? "" : "; " + waiting);
            }
            serve(node, worker);
            while (worker.worker().drain(100) > 0) {
                // Drains until the queue is empty.
            }
            account(fresh.database());
        }
    }

    /** Asks the two versions in turn. Every fifth question repeats the one before, so that the cache answers it. */
    private void serve(Deployment node, Deployment worker) {
        for (int i = 0; i < QUESTIONS_PER_STAGE; i++, asked++) {
            Deployment version = asked % 2 == 0 ? node : worker;
            int number = asked % 5 == 4 ? asked - 1 : asked;
            version.gateway()
                    .complete(
                            "llmgtwy_1",
                            MODELS.get(number % MODELS.size()),
                            question("What is \u201c" + titles.get(number) + "\u201d about?"));
        }
        node.worker().drain(30);
        worker.worker().drain(30);
    }

    private static Json question(String text) {
        return new Json.Arr(List.of(new Json.Obj(Map.of("role", new Json.Str("user"), "content", new Json.Str(text)))));
    }

    /** A stand-in for a model, which counts four characters as a token. */
    private static Completion think(Model model, Json messages) {
        String answer = model.id() + " has read " + messages.toString().length() + " characters";
        return new Completion(answer, messages.toString().length() / 4 + 1, answer.length() / 4 + 1);
    }

    private void account(Storage database) {
        Repository<RequestLog> log = database.repository(LOG);
        List<RequestLog> all = log.all().allowScan().list();
        BigDecimal spent = all.stream().map(RequestLog::cost).reduce(BigDecimal.ZERO, BigDecimal::add);
        BigDecimal left =
                database.repository(ORGANIZATIONS).find("acme").orElseThrow().credits();
        say(
                "%n%,d logs, %,d of them answered from the cache; spent %s, left %s, together %s",
                all.size(),
                all.stream().filter(RequestLog::cached).count(),
                spent.toPlainString(),
                left.toPlainString(),
                spent.add(left).toPlainString());
        if (all.size() != asked || spent.add(left).compareTo(CREDITS) != 0) {
            throw new IllegalStateException("Costs and remaining credits don't add up to the credits at the start");
        }
    }

    private void back(Storage database, String uri) {
        try (Storage again = Storages.open(uri, Gateway.DATABASE)) {
            Migration back = Migration.from(database).to(again).build();
            long rows = back.backfill().entities().stream()
                    .mapToLong(entity -> entity.written())
                    .sum();
            say(
                    "Back again: %,d rows in %s, %s",
                    rows, again.name(), back.verify().equal() ? "equal" : "DIFFERENT");
        }
    }

    private void say(String format, Object... arguments) {
        out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
