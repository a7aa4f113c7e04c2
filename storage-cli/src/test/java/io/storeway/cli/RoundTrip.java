package io.storeway.cli;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.cli.catalog.CatalogFile;
import io.storeway.examples.BundledData;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.NdjsonDump;
import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.Migration;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.ResidueItem;
import io.storeway.migrate.VerificationReport;
import io.storeway.spi.KeyValueStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;

/**
 * Dumps through an engine and home again.
 *
 * @param altered one line for each key whose value, metadata or expiry did not come back equal
 * @param counts rows and residue by type, and residue by rule
 */
record RoundTrip(
        MigrationPlan plan,
        BackfillReport there,
        VerificationReport compared,
        VerificationReport comparedBack,
        Map<String, Long> counts,
        List<ResidueItem> residue,
        List<String> altered) {

    private static final Clock CLOCK = Clock.fixed(BundledData.DUMPED_AT, ZoneOffset.UTC);
    private static final ObjectMapper MAPPER = new ObjectMapper()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(com.fasterxml.jackson.core.JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

    static RoundTrip of(Path folder, String uri, Dump... dumps) throws IOException {
        MemoryStore source = new MemoryStore();
        for (Dump dump : dumps) {
            load(dump.copyTo(folder), source);
        }
        return of(source, CatalogFile.read(dumps[0].catalogIn(folder)), uri);
    }

    /** Of a dump with keys that come twice, the first of each. */
    static RoundTrip ofFirsts(Path folder, String uri, Dump dump) throws IOException {
        Path firsts = folder.resolve("firsts.ndjson");
        Map<String, String> lines = new LinkedHashMap<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(dump.copyTo(folder))), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.putIfAbsent(MAPPER.readTree(line).get("key").asText(), line);
            }
        }
        Files.write(firsts, lines.values());
        MemoryStore source = new MemoryStore();
        load(firsts, source);
        return of(source, CatalogFile.read(dump.catalogIn(folder)), uri);
    }

    private static void load(Path file, MemoryStore into) {
        try (NdjsonDump lines = NdjsonDump.open(file)) {
            lines.forEachRemaining(line -> into.commit(List.of(), List.of(line.write())));
        }
    }

    private static RoundTrip of(MemoryStore source, Catalog catalog, String uri) {
        MemoryStore home = new MemoryStore();
        try (Storage from = KvStorage.open(source, catalog, CLOCK);
                Storage middle = Storages.open(uri, catalog, CLOCK);
                Storage back = KvStorage.open(home, catalog, CLOCK)) {
            Migration there = Migration.from(from).to(middle).clock(CLOCK).build();
            MigrationPlan plan = there.plan();
            BackfillReport report = there.backfill();
            VerificationReport compared = there.verify();
            List<ResidueItem> residue = new ArrayList<>();
            there.residue(residue::add);
            Migration homewards = Migration.from(middle).to(back).clock(CLOCK).build();
            homewards.backfill();
            return new RoundTrip(
                    plan,
                    report,
                    compared,
                    homewards.verify(),
                    counts(report),
                    residue,
                    altered(content(source), content(home)));
        }
    }

    private static Map<String, Long> counts(BackfillReport report) {
        Map<String, Long> counts = new TreeMap<>();
        report.entities().forEach(entity -> {
            counts.put(entity.entity(), entity.written());
            entity.reasons()
                    .forEach(reason -> counts.put(
                            entity.entity() + " " + reason.kind() + " " + reason.constraint(), reason.count()));
        });
        return counts;
    }

    private static Map<String, KeyValueStore.Entry> content(KeyValueStore store) {
        Map<String, KeyValueStore.Entry> content = new TreeMap<>();
        @Nullable String cursor = null;
        do {
            KeyValueStore.Listing part = store.list("", cursor, 1_000);
            part.entries().stream()
                    .filter(entry -> !entry.key().startsWith("__storeway"))
                    .forEach(entry -> content.put(entry.key(), entry));
            cursor = part.next();
        } while (cursor != null);
        return content;
    }

    private static List<String> altered(
            Map<String, KeyValueStore.Entry> before, Map<String, KeyValueStore.Entry> after) {
        List<String> altered = new ArrayList<>();
        before.forEach((key, entry) -> {
            KeyValueStore.Entry other = after.remove(key);
            if (other == null) {
                altered.add("gone " + key);
            } else if (!canonical(entry.value()).equals(canonical(other.value()))) {
                altered.add("value " + key);
            } else if (!String.valueOf(entry.metadata()).equals(String.valueOf(other.metadata()))
                    && !canonical(bytes(entry.metadata())).equals(canonical(bytes(other.metadata())))) {
                altered.add("metadata " + key);
            } else if (!String.valueOf(entry.expiresAt()).equals(String.valueOf(other.expiresAt()))) {
                altered.add("expiry " + key);
            }
        });
        after.keySet().forEach(key -> altered.add("new " + key));
        return altered;
    }

    private static byte[] bytes(@Nullable String text) {
        return String.valueOf(text).getBytes(StandardCharsets.UTF_8);
    }

    /** The value with its members in order and its numbers in one form; what is not JSON counts byte by byte. */
    private static Object canonical(byte[] value) {
        try {
            return canonical(MAPPER.readTree(value));
        } catch (IOException | NumberFormatException e) {
            return ByteBuffer.wrap(value);
        }
    }

    private static Object canonical(JsonNode node) {
        if (node.isObject()) {
            Map<String, Object> members = new TreeMap<>();
            node.fields().forEachRemaining(member -> members.put(member.getKey(), canonical(member.getValue())));
            return members;
        }
        if (node.isArray()) {
            List<Object> items = new ArrayList<>();
            node.forEach(item -> items.add(canonical(item)));
            return items;
        }
        if (node.isNumber()) {
            BigDecimal number = node.decimalValue();
            return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        }
        return node.isNull() ? "null" : node.toString();
    }
}
