package io.storeway.migrate;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.OnDelete;
import io.storeway.Storage;
import io.storeway.migrate.internal.Scan;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A small bookshop whose blobs have every shape and a good part of the dirt of real ones. */
final class Shop {

    record Book(
            String isbn,
            String title,
            @Nullable Integer year,
            @Nullable Json extra) {}

    record Shelf(String userId, String isbn, @Nullable Integer rating) {}

    record User(String userId) {}

    record Session(String token, String userId, @Nullable Instant expiresAt) {}

    static final EntityType<Book> BOOKS = EntityType.of(Book.class)
            .named("books")
            .identifiedBy(Book::isbn)
            .nullable(Book::year, Book::extra)
            .keyValue("book:{isbn}", Blob.<Book>object().rest(Book::extra))
            .build();

    static final EntityType<User> USERS = EntityType.of(User.class)
            .named("users")
            .onePartition()
            .identifiedBy(User::userId)
            .ordered()
            .keyValue("user_ids", Blob.arrayOf(User::userId))
            .build();

    static final EntityType<Shelf> SHELVES = EntityType.of(Shelf.class)
            .named("shelves")
            .partitionedBy(Shelf::userId)
            .identifiedBy(Shelf::isbn)
            .nullable(Shelf::rating)
            .ordered()
            .range(Shelf::rating, 1, 5)
            .references(Shelf::isbn, BOOKS, OnDelete.CASCADE)
            .references(Shelf::userId, USERS, OnDelete.CASCADE)
            .keyValue("shelf:{userId}", Blob.arrayOfObjects())
            .build();

    static final EntityType<Session> SESSIONS = EntityType.of(Session.class)
            .named("sessions")
            .identifiedBy(Session::token)
            .nullable(Session::expiresAt)
            .expiresAt(Session::expiresAt)
            .keyValue("session:{token}", Blob.<Session>object().expiry(Session::expiresAt))
            .build();

    static final Catalog CATALOG = Catalog.of(SHELVES, USERS, BOOKS, SESSIONS);
    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private Shop() {}

    /** 60 books, 20 users with shelves, 20 sessions of which half have expired, and dirt of every kind. */
    static void fill(KeyValueStore store) {
        List<KeyValueStore.Write> writes = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            writes.add(put(
                    "book:b%03d".formatted(i),
                    "{\"title\":\"Title %d\",\"year\":%d,\"shop\":{\"price\":%d.50}}".formatted(i, i - 30, i)));
        }
        List<String> users = new ArrayList<>();
        for (int user = 0; user < 20; user++) {
            users.add("\"u" + user + "\"");
            List<String> items = new ArrayList<>();
            for (int i = 0; i <= user % 7; i++) {
                items.add("{\"isbn\":\"b%03d\",\"rating\":%d}".formatted((user * 7 + i) % 60, i % 5 + 1));
            }
            writes.add(put("shelf:u" + user, "[" + String.join(",", items) + "]"));
        }
        writes.add(put("user_ids", "[" + String.join(",", users) + ",\"u3\"]"));
        for (int i = 0; i < 20; i++) {
            writes.add(new KeyValueStore.Write(
                    "session:s" + i,
                    bytes("{\"userId\":\"u" + i + "\"}"),
                    null,
                    NOW.plusSeconds(i % 2 == 0 ? 60 + i : -60 - i)));
        }
        writes.add(put("shelf:dirty", "[{\"isbn\":\"b001\"}]"));
        writes.add(put(
                "shelf:u3",
                "[{\"isbn\":null,\"rating\":2},{\"isbn\":\"b001\"},{\"isbn\":\"b001\"},{\"isbn\":\"none\"},"
                        + "{\"isbn\":\"b002\",\"rating\":9},17,{\"isbn\":\"b003\",\"rating\":3}]"));
        writes.add(put("shelf:u4", "not JSON"));
        writes.add(put("shelf:u5", "{\"isbn\":\"b001\"}"));
        writes.add(put("last_trade", "{}"));
        writes.add(put("book:isbn:1", "{}"));
        store.commit(List.of(), writes);
    }

    /** Changes blobs of each type that are among the first, the middle and the last of it, and adds some; removes nothing. */
    static void change(KeyValueStore store) {
        List<KeyValueStore.Write> writes = new ArrayList<>();
        for (int i = 1; i < 80; i += 13) {
            writes.add(put("book:b%03d".formatted(i), "{\"title\":\"Changed %d\",\"year\":2026}".formatted(i)));
        }
        for (int user = 0; user < 20; user += 6) {
            writes.add(put("shelf:u" + user, "[{\"isbn\":\"b%03d\",\"rating\":5}]".formatted(user)));
        }
        writes.add(new KeyValueStore.Write("session:s0", bytes("{\"userId\":\"u1\"}"), null, NOW.plusSeconds(99)));
        store.commit(List.of(), writes);
    }

    /** Every entry as text, for comparing stores. */
    static Map<String, String> content(KeyValueStore store) {
        Map<String, String> content = new TreeMap<>();
        @Nullable String cursor = null;
        do {
            KeyValueStore.Listing part = store.list("", cursor, 7);
            part.entries().stream()
                    .filter(entry -> !entry.key().startsWith("__storeway"))
                    .forEach(entry -> content.put(
                            entry.key(), new String(entry.value(), StandardCharsets.UTF_8) + " " + entry.expiresAt()));
            cursor = part.next();
        } while (cursor != null);
        return content;
    }

    /** Every row and every residue item as text, for comparing storages. */
    static List<String> content(Storage storage) {
        List<String> content = new ArrayList<>();
        for (EntityType<?> type : Shop.CATALOG.types()) {
            Scan.of(storage.replica(), type, 50, state -> {
                state.items()
                        .forEach(item -> content.add(type.name()
                                + item.position()
                                + type.fields().stream()
                                        .map(field -> String.valueOf(item.row().get(field.index())))
                                        .toList()));
                state.residue()
                        .forEach(item -> content.add(type.name() + " " + state.key() + item.position() + item.kind()
                                + item.constraint() + item.reason() + item.fingerprint()));
            });
        }
        return content.stream().sorted().toList();
    }

    static KeyValueStore.Write put(String key, String value) {
        return KeyValueStore.Write.put(key, bytes(value));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
