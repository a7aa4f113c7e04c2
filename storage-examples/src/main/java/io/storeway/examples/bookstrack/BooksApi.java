package io.storeway.examples.bookstrack;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.storeway.Key;
import io.storeway.kv.cache.Loader;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A client of the book service, used as the loader of the cache: it is asked for books that the storage doesn't have. A
 * late, failed or malformed answer is a {@link BookServiceException}, and nothing is stored. Thread-safe.
 */
final class BooksApi implements Loader<Book> {

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private final URI service;
    private final Duration timeout;
    private final HttpClient http = HttpClient.newHttpClient();

    BooksApi(URI service, Duration timeout) {
        this.service = service;
        this.timeout = timeout;
    }

    @Override
    public List<Book> load(Key key) {
        String isbn = (String) key.values().get(0);
        HttpResponse<String> response = ask(isbn);
        return switch (response.statusCode()) {
            case 200 -> List.of(book(isbn, response.body()));
            case 404 -> List.of();
            default -> throw new BookServiceException("the book service answered " + response.statusCode(), null);
        };
    }

    private HttpResponse<String> ask(String isbn) {
        URI uri = service.resolve("volumes?isbn=" + URLEncoder.encode(isbn, StandardCharsets.UTF_8));
        try {
            return http.send(HttpRequest.newBuilder(uri).timeout(timeout).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new BookServiceException("the book service did not answer within " + timeout, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BookServiceException("interrupted while waiting for the book service", e);
        }
    }

    private static Book book(String isbn, String answer) {
        try {
            Volume volume = JSON.readValue(answer, Volume.class);
            if (volume == null || volume.title == null || !isbn.equals(volume.isbn)) {
                throw new BookServiceException("the book service answered with another book", null);
            }
            return volume.book(isbn, volume.title);
        } catch (JsonProcessingException e) {
            throw new BookServiceException("the answer of the book service is not a book", e);
        }
    }

    /** An answer of the service. Every member may be missing. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Volume(
            @Nullable String isbn,
            @Nullable String title,
            @Nullable List<String> authors,
            @Nullable String publishedDate,
            @Nullable String publisher,
            @Nullable Integer pageCount,
            @Nullable String language,
            @Nullable List<String> categories,
            @Nullable String description,
            @Nullable Images imageLinks,
            @Nullable Double averageRating,
            @Nullable Integer ratingsCount) {

        Book book(String requestedIsbn, String knownTitle) {
            return new Book(
                    requestedIsbn,
                    knownTitle,
                    authors == null ? List.of() : authors,
                    null,
                    year(),
                    publisher,
                    pageCount,
                    language,
                    categories,
                    description,
                    imageLinks == null ? null : imageLinks.medium,
                    imageLinks == null ? null : imageLinks.thumbnail,
                    averageRating,
                    ratingsCount,
                    null,
                    null,
                    null);
        }

        /** The year of a date like {@code 1999}, {@code 1999-05} or {@code 1999-05-17}; null for anything else. */
        private @Nullable Integer year() {
            return publishedDate != null && publishedDate.matches("-?\\d{1,4}(-\\d\\d){0,2}")
                    ? Integer.valueOf(publishedDate.replaceFirst("(-\\d\\d){1,2}$", ""))
                    : null;
        }
    }

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Images(@Nullable String medium, @Nullable String thumbnail) {}
}
