package io.storeway.examples.kvapi;

import io.storeway.examples.BundledData;
import io.storeway.kv.KeyValueStores;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * Without arguments, moves a namespace of real data from an MVStore file to the table {@code kv_store} of a SQLite file, and
 * serves it from there. With a URI and a port, serves the store at that URI until the process is stopped.
 */
public final class Main {

    private static final Duration PURGE_EVERY = Duration.ofMinutes(5);
    private static final System.Logger LOG = System.getLogger("kv-api");

    private Main() {}

    /** Runs the example: {@code [STORE-URI PORT]}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 2) {
            serve(arguments[0], Integer.parseInt(arguments[1]), System.out);
        } else {
            show(Files.createTempDirectory("kv-api"), System.out);
        }
    }

    private static void serve(String uri, int port, PrintStream out) throws IOException, InterruptedException {
        try (KeyValueStore store = KeyValueStores.open(uri);
                PurgeJob purge = PurgeJob.every(PURGE_EVERY, store, Clock.systemUTC(), LOG);
                KvApiServer server = KvApiServer.start(store, Clock.systemUTC(), port, "*", LOG)) {
            out.println("Serving " + store.name() + " at " + server.root() + ", a page to try it at "
                    + server.root().resolve("/") + "; expired entries are purged every "
                    + purge.period().toMinutes()
                    + " minutes; stop with Ctrl-C");
            Thread.currentThread().join();
        }
    }

    /** Runs the whole example in a folder, in about a second. */
    static void show(Path folder, PrintStream out) throws IOException, InterruptedException {
        Path dump = BundledData.FEARGREED_1K.copyTo(folder);
        try (KeyValueStore before = KeyValueStores.open("mvstore:" + folder.resolve("before.mv"));
                KeyValueStore after = KeyValueStores.open("kv+jdbc:sqlite:" + folder.resolve("after.db"))) {
            try (KeyValueStore namespace = KeyValueStores.open("ndjson:" + dump)) {
                Namespace.mirror(namespace, before);
            }
            out.println("before.mv to after.db: " + Namespace.mirror(before, after));
            out.println("again:                 " + Namespace.mirror(before, after));
            out.println("keys that differ:      " + Namespace.differences(before, after));
            try (KvApiServer server = KvApiServer.start(after, Clock.systemUTC(), 0, null, LOG)) {
                for (String request : List.of(
                        "GET ?prefix=watchlist:-&limit=3",
                        "GET /active_position:-1009155883958",
                        "PUT /greeting {\"value\":\"hello\",\"metadata\":{\"lang\":\"en\"},\"expiration_ttl\":60}",
                        "GET /greeting",
                        "POST /batch {\"keys\":[\"greeting\",\"nothing\"]}",
                        "DELETE /greeting",
                        "GET /greeting")) {
                    out.println("\n" + request + "\n" + call(server.root(), request.split(" ", 3)));
                }
            }
        }
        out.println("\nTo continue with curl or a browser:\n  ./example kvapi kv+jdbc:sqlite:"
                + folder.resolve("after.db") + " 8080");
    }

    private static String call(URI root, String[] request) throws IOException, InterruptedException {
        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(root + request[1]))
                                .header("Content-Type", "application/json")
                                .method(
                                        request[0],
                                        request.length == 3
                                                ? BodyPublishers.ofString(request[2])
                                                : BodyPublishers.noBody())
                                .build(),
                        BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }
}
