package io.storeway.examples;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;

/** Real data in the jar of the examples; its licences are in NOTICE. */
public enum BundledData {
    /** 10,000 books, 9,341 of them under {@code book:isbn:}. */
    GOODBOOKS("books/goodbooks.kv.ndjson.gz"),
    /** 10,574 user libraries with 111,428 entries. */
    LIBRARY("books/library.kv.ndjson.gz"),
    /** The catalog of books and libraries. */
    BOOKSTRACK_CATALOG("books/bookstrack.yaml"),
    /** A bot's namespace with 1,000 users. */
    FEARGREED_1K("feargreed/feargreed-1k.kv.ndjson.gz"),
    /** The catalog of the bot. */
    FEARGREED_CATALOG("feargreed/feargreed.yaml"),
    /** 1,042 podcasts, screencasts and tools in 232 categories. */
    CATALOG_1K("catalog/catalog-1k.kv.ndjson.gz");

    /** When the dumps were made. Judge expiry by a clock near this time, or most of their entries have expired. */
    public static final Instant DUMPED_AT = Instant.parse("2025-11-21T00:00:00Z");

    private final String resource;

    BundledData(String resource) {
        this.resource = resource;
    }

    /** The name of the file, without its folder. */
    public String fileName() {
        return resource.substring(resource.lastIndexOf('/') + 1);
    }

    /** The content as UTF-8 text. */
    public String text() throws IOException {
        try (InputStream in = open()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Writes the file into a folder, replacing it there, and returns its path. */
    public Path copyTo(Path folder) throws IOException {
        Path file = folder.resolve(fileName());
        try (InputStream in = open()) {
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
        }
        return file;
    }

    private InputStream open() throws IOException {
        InputStream in = BundledData.class.getResourceAsStream(resource);
        if (in == null) {
            throw new IOException("The resource " + resource + " is missing from the jar");
        }
        return in;
    }
}
