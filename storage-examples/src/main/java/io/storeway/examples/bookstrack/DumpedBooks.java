package io.storeway.examples.bookstrack;

import io.storeway.examples.BundledData;
import io.storeway.kv.NdjsonDump;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The bundled books and libraries, divided as the service would find them: books in somebody's library are in the key-value
 * store, all others are known to the book service alone.
 *
 * @param elsewhere the JSON of the books that only the book service has, by ISBN
 * @param shelved the ISBNs of the books in the key-value store
 * @param users the ids of the readers
 * @param uncovered how many keys are neither books nor libraries
 */
record DumpedBooks(Map<String, String> elsewhere, List<String> shelved, List<String> users, long uncovered) {

    private static final int BATCH = 1_000;
    private static final String BOOK = "book:isbn:";
    private static final String LIBRARY = "library:";
    private static final Pattern ISBN = Pattern.compile("\"isbn\":\"([^\"]+)\"");

    /** Loads the libraries of so many readers, and the books in them, into the store. */
    static DumpedBooks load(Path folder, KeyValueStore store, int readers) throws IOException {
        Path books = BundledData.GOODBOOKS.copyTo(folder);
        Path libraries = BundledData.LIBRARY.copyTo(folder);
        Map<String, String> known = new TreeMap<>();
        Set<String> wanted = new HashSet<>();
        Set<String> users = new LinkedHashSet<>();
        long uncovered = 0;
        try (NdjsonDump lines = NdjsonDump.open(libraries)) {
            while (lines.hasNext() && users.size() < readers) {
                KeyValueStore.Write line = lines.next().write();
                users.add(line.key().substring(LIBRARY.length()));
                Matcher isbn = ISBN.matcher(text(line));
                while (isbn.find()) {
                    wanted.add(isbn.group(1));
                }
            }
        }
        try (NdjsonDump lines = NdjsonDump.open(books)) {
            while (lines.hasNext()) {
                KeyValueStore.Write line = lines.next().write();
                if (!line.key().startsWith(BOOK)) {
                    uncovered++;
                } else if (!wanted.contains(line.key().substring(BOOK.length()))) {
                    known.put(line.key().substring(BOOK.length()), text(line));
                }
            }
        }
        load(books, store, key -> !key.startsWith(BOOK) || wanted.contains(key.substring(BOOK.length())));
        load(libraries, store, key -> users.contains(key.substring(LIBRARY.length())));
        Files.delete(books);
        Files.delete(libraries);
        return new DumpedBooks(known, wanted.stream().sorted().toList(), List.copyOf(users), uncovered);
    }

    private static void load(Path dump, KeyValueStore store, Predicate<String> wanted) {
        try (NdjsonDump lines = NdjsonDump.open(dump)) {
            List<KeyValueStore.Write> writes = new ArrayList<>();
            while (lines.hasNext()) {
                KeyValueStore.Write write = lines.next().write();
                if (wanted.test(write.key())) {
                    writes.add(write);
                }
                if (writes.size() == BATCH || !lines.hasNext()) {
                    store.commit(List.of(), writes);
                    writes.clear();
                }
            }
        }
    }

    private static String text(KeyValueStore.Write write) {
        byte[] value = write.value();
        return value == null ? "" : new String(value, StandardCharsets.UTF_8);
    }
}
