package io.storeway.examples.bookstrack;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;

/** Readers who use the service over HTTP, one after the other. Their requests are the same in each run. */
final class Visitors {

    /** How many books everyone looks up, so that the cache has something to do. */
    private static final int POPULAR = 20;

    private final HttpClient http = HttpClient.newHttpClient();
    private final URI service;
    private final List<String> books;
    private final List<String> users;
    private int turn;

    Visitors(URI service, List<String> books, List<String> users) {
        this.service = service;
        this.books = books;
        this.users = users;
    }

    /** In each visit a reader looks up two books and lists a library; in every fifth the reader shelves a book, too. */
    void visit(int visits) throws IOException, InterruptedException {
        for (int i = 0; i < visits; i++, turn++) {
            String user = users.get(turn % users.size());
            get("v1/search/isbn?isbn=" + books.get(turn % POPULAR));
            get("v1/search/isbn?isbn=" + books.get(turn * 7 % books.size()));
            get("v1/library/" + user + "?rating=4");
            if (turn % 5 == 0) {
                post(
                        "v1/library/" + user + "/books",
                        "{\"isbn\":\"" + books.get(turn * 13 % books.size())
                                + "\",\"status\":\"completed\",\"rating\":5}");
            }
        }
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return http.send(HttpRequest.newBuilder(service.resolve(path)).build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(service.resolve(path))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }
}
