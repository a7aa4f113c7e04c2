package io.storeway.examples.bookstrack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.storeway.Storage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CachedStorage;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The service in front of a storage, with a cache and a book service of its own, as a client sees it over HTTP. */
final class RunningService implements AutoCloseable {

    /** A real book, as the book service tells it. */
    static final String NINETEEN_EIGHTY_FOUR = """
        {"isbn":"9780141036144","title":"Nineteen Eighty-Four","authors":["George Orwell"],
         "publishedDate":"1949-06-08","language":"eng","shop":7,
         "imageLinks":{"medium":"https://images.example/m.jpg","thumbnail":"https://images.example/s.jpg"}}\
        """;

    static final String ISBN = "9780141036144";

    final LocalBooksApi books;
    final RequestMeter meter = new RequestMeter(System::nanoTime);
    final MemoryStore cache = new MemoryStore();
    final CachedStorage storage;
    final Bookstrack bookstrack;
    private final BookstrackServer server;
    private final Visitors client;

    RunningService(Storage source, Clock clock) throws IOException {
        books = new LocalBooksApi(Map.of(ISBN, NINETEEN_EIGHTY_FOUR));
        storage = Bookstrack.cached(source, cache, new BooksApi(books.uri(), Duration.ofMillis(500)), clock);
        bookstrack = new Bookstrack(storage, clock);
        server = new BookstrackServer(bookstrack, meter, () -> CacheReport.text(storage.statistics()));
        client = new Visitors(server.uri(), List.of(), List.of());
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.get(path);
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return client.post(path, body);
    }

    JsonNode json(String path) throws IOException, InterruptedException {
        return JsonMapper.builder().build().readTree(get(path).body());
    }

    /** A figure of {@code /metrics}. */
    double metric(String name) throws IOException, InterruptedException {
        return get("metrics")
                .body()
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public void close() {
        server.close();
        storage.close();
        books.close();
    }
}
