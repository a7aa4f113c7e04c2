package io.storeway.cli;

import io.storeway.examples.BundledData;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A real dump of the tests, with the catalog that describes it. */
enum Dump {
    FEARGREED_1K(BundledData.FEARGREED_CATALOG),
    FEARGREED_100K(BundledData.FEARGREED_CATALOG, "feargreed-100k.kv.ndjson.gz.0", "feargreed-100k.kv.ndjson.gz.1"),
    FEARGREED_NASTY(BundledData.FEARGREED_CATALOG, "feargreed-nasty.kv.ndjson.gz"),
    GOODBOOKS(BundledData.BOOKSTRACK_CATALOG),
    LIBRARY(BundledData.BOOKSTRACK_CATALOG),
    MANNING(null, "manning.kv.ndjson.gz"),
    /** With six keys that come twice. */
    MANNING_RAW(null, "manning-raw-duplicate-keys.kv.ndjson.gz"),
    BOOKS_NASTY(BundledData.BOOKSTRACK_CATALOG, "books-nasty.kv.ndjson.gz");

    private final @Nullable BundledData catalog;
    private final List<String> parts;

    Dump(@Nullable BundledData catalog, String... parts) {
        this.catalog = catalog;
        this.parts = List.of(parts);
    }

    Path catalogIn(Path folder) throws IOException {
        return catalog == null ? copy(folder.resolve("manning.yaml"), List.of("manning.yaml")) : catalog.copyTo(folder);
    }

    Path copyTo(Path folder) throws IOException {
        return switch (this) {
            case FEARGREED_1K -> BundledData.FEARGREED_1K.copyTo(folder);
            case GOODBOOKS -> BundledData.GOODBOOKS.copyTo(folder);
            case LIBRARY -> BundledData.LIBRARY.copyTo(folder);
            default -> copy(folder.resolve(name() + ".kv.ndjson.gz"), parts);
        };
    }

    private static Path copy(Path file, List<String> parts) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            for (String part : parts) {
                try (InputStream in = Objects.requireNonNull(Dump.class.getResourceAsStream("data/" + part), part)) {
                    in.transferTo(out);
                }
            }
        }
        return file;
    }
}
