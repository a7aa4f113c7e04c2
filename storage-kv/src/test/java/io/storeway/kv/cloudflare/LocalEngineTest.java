package io.storeway.kv.cloudflare;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.backup.Backup;
import io.storeway.kv.backup.OtherKeys;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.engine.CloudflareServer;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.laws.KeyValueConformance;
import io.storeway.testkit.laws.Verdict.Status;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The store on workerd, which has Cloudflare's own limits and listings. Its reads are consistent. */
@EnabledIfSystemProperty(named = "storeway.cloudflare", matches = "true", disabledReason = "it needs -Pcloudflare")
class LocalEngineTest {

    /** The laws without expiries: theirs are of a fixed time, and the engine takes none that has passed. */
    private static final Set<String> LAWS = Set.of(
            "K05-closed",
            "K05-empty",
            "K17-keys",
            "K17-absent",
            "K17-length",
            "K18-values",
            "K18-metadata",
            "K18-copies",
            "K20-order",
            "K20-prefix",
            "K20-pages",
            "K20-changes");

    private final CloudflareServer server = Engines.cloudflare();
    private final KeyValueStore store = open(server.newNamespace());

    private KeyValueStore open(String uri) {
        return CloudflareKvStore.open(uri, server.token(), Clock.systemUTC(), new VirtualTimer());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @TestFactory
    Stream<DynamicTest> laws() {
        KeyValueConformance conformance =
                KeyValueConformance.of(KeyValueFixture.at(n -> server.newNamespace(), this::open));
        return KeyValueConformance.laws().stream()
                .filter(law -> LAWS.contains(law.id()))
                .map(law -> DynamicTest.dynamicTest(
                        law.toString(),
                        () -> assertThat(conformance.run(law))
                                .satisfies(verdict -> assertThat(verdict.status())
                                        .as(verdict.reason())
                                        .isEqualTo(Status.PASSED))));
    }

    @Test
    void valueMetadataAndExpiryComeBackAndTheLongestFit() {
        Instant later = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
        byte[] largest = new byte[25 << 20];
        for (Write write : List.of(
                new Write("text", bytes("é\0"), "{\"n\":[0.1,-12]}", later),
                new Write("bytes", new byte[] {-1, 0, 1}, "\"m\"", later),
                new Write("k".repeat(512), largest, "\"" + "m".repeat(1_022) + "\"", null))) {
            store.commit(List.of(), List.of(write));
            Entry entry = requireNonNull(store.get(write.key()));
            assertThat(entry.value()).isEqualTo(write.value());
            assertThat(entry.metadata()).isEqualTo(write.metadata());
            assertThat(entry.expiresAt()).isEqualTo(write.expiresAt());
        }
    }

    @Test
    void manyKeysAreWrittenListedAndDeletedInBulk() {
        List<Write> writes = IntStream.range(0, 1_500)
                .mapToObj(i -> Write.put("k%04d".formatted(i), bytes("v" + i)))
                .toList();
        store.writeEach(writes);
        List<String> keys = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            Listing page = store.list("k", cursor, 700);
            page.entries().forEach(entry -> keys.add(entry.key()));
            cursor = page.next();
        } while (cursor != null);
        assertThat(keys)
                .containsExactlyElementsOf(writes.stream().map(Write::key).toList());
        store.writeEach(keys.stream().map(Write::delete).toList());
        assertThat(store.list("", null, 10).entries()).isEmpty();
    }

    @Test
    void aBackupGoesToAWranglerFileAndBack(@TempDir Path folder) {
        Instant later = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
        store.writeEach(List.of(
                Write.put("text", bytes("v")),
                new Write("bytes", new byte[] {-1, 0}, "{\"a\":1}", later),
                Write.put("gone", bytes("v"))));
        Backup backup = Backup.write(store, folder.resolve("dump.json"), entries -> {});
        store.writeEach(List.of(Write.delete("text"), Write.put("gone", bytes("other")), Write.put("new", bytes("v"))));
        assertThat(backup.restore(store, OtherKeys.DELETE, entries -> {}).equal())
                .isTrue();
        assertThat(backup.restore(new MemoryStore(), OtherKeys.KEEP, entries -> {})
                        .equal())
                .isTrue();
    }

    @Test
    void aWrongTokenAndAnUnknownNamespaceAreUnavailable() {
        String uri = server.newNamespace();
        assertThatThrownBy(() -> CloudflareKvStore.open(uri, "wrong").get("k"))
                .isInstanceOf(StorageUnavailableException.class);
        assertThatThrownBy(() -> open(uri.replaceFirst("/p[0-9]+", "/unknown")).get("k"))
                .isInstanceOf(StorageUnavailableException.class);
    }
}
