package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.data.NastyData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Values, metadata and expiries come back equal, or are refused. */
final class StoreValueLaws {

    private static final int[] SIZES = {0, 1, 255, 256, 4_095, 65_535, 65_536, 65_537, 1_000_000};

    private StoreValueLaws() {}

    static List<Law> all() {
        return List.of(
                Law.ofStores(
                        "K18-values", "bytes come back as they were", KeyValueLaws.NOTHING, StoreValueLaws::values),
                Law.ofStores(
                        "K18-metadata",
                        "metadata comes back as it was, or is refused",
                        KeyValueLaws.NOTHING,
                        StoreValueLaws::metadata),
                Law.ofStores(
                        "K18-expiry",
                        "an expiry comes back as it was, or is refused",
                        KeyValueLaws.NOTHING,
                        StoreValueLaws::expiry),
                Law.ofStores(
                        "K18-parts",
                        "a write leaves nothing of what was there before",
                        KeyValueLaws.WRITES,
                        StoreValueLaws::parts),
                Law.ofStores(
                        "K18-copies",
                        "changing an array after the write changes no entry",
                        KeyValueLaws.WRITES,
                        StoreValueLaws::copies));
    }

    private static byte[] value(int size) {
        byte[] value = new byte[size];
        for (int i = 0; i < size; i++) {
            value[i] = (byte) (i * 31 + i / 256);
        }
        return value;
    }

    private static void values(StoreContext context) {
        List<Write> content = IntStream.of(SIZES)
                .mapToObj(size -> Write.put("size" + size, value(size)))
                .toList();
        context.withStore(content, store -> {
            for (int size : SIZES) {
                byte[] found = entry(store.get("size" + size)).value();
                assertThat(found.length).as("the length of a value").isEqualTo(size);
                assertThat(Arrays.equals(found, value(size)))
                        .as("%d bytes are as they were", size)
                        .isTrue();
                context.effective(1);
            }
            assertThat(store.list("size", null, SIZES.length).entries())
                    .allSatisfy(
                            entry -> assertThat("size" + entry.value().length).isEqualTo(entry.key()));
        });
    }

    private static void metadata(StoreContext context) {
        List<Write> candidates = new ArrayList<>();
        for (String text : List.of(
                "{}",
                "{\"a\":1}",
                "{ \"a\" : [1.0, null] }",
                "\"text\"",
                "0",
                "{\"\u00e9\":\"\ud83d\ude00\"}",
                "{\"e\":\"\\u0000\"}",
                "\"" + NastyData.text(1_100) + "\"",
                "\"" + NastyData.text(70_000) + "\"")) {
            candidates.add(new Write("m" + candidates.size(), new byte[1], text, null));
        }
        for (String bad : NastyData.malformedTexts()) {
            candidates.add(new Write("m" + candidates.size(), new byte[1], "\"" + bad + "\"", null));
        }
        candidates.add(new Write("none", new byte[1], null, null));
        context.withTaken(candidates, (store, taken) -> {
            assertThat(taken).extracting(Write::key).contains("m0", "m1", "none");
            for (Write write : taken) {
                assertThat(entry(store.get(write.key())).metadata())
                        .as("the metadata of %s", write.key())
                        .isEqualTo(write.metadata());
                context.effective(1);
            }
            assertThat(store.list("", null, candidates.size()).entries())
                    .extracting(Entry::metadata)
                    .containsExactlyInAnyOrderElementsOf(
                            taken.stream().map(Write::metadata).toList());
        });
    }

    private static void expiry(StoreContext context) {
        Instant now = LawTypes.NOW;
        List<Instant> instants = new ArrayList<>(List.of(
                now,
                now.minusSeconds(1),
                now.plusSeconds(1),
                now.plusMillis(1),
                now.plusNanos(1),
                Instant.MAX,
                Instant.MIN));
        instants.addAll(NastyData.instants());
        List<Write> candidates = IntStream.range(0, instants.size())
                .mapToObj(i -> new Write("e" + i, new byte[1], null, instants.get(i)))
                .toList();
        context.withTaken(candidates, (store, taken) -> {
            assertThat(taken).extracting(Write::key).contains("e0", "e1", "e2");
            for (Write write : taken) {
                assertThat(entry(store.get(write.key())).expiresAt())
                        .as("the expiry of %s", write.key())
                        .isEqualTo(write.expiresAt());
                context.effective(1);
            }
        });
    }

    private static void parts(StoreContext context) {
        Write full = new Write("k", KeyValueLaws.bytes("long value"), "{\"a\":1}", LawTypes.NOW);
        Write plain = Write.put("k", new byte[0]);
        context.withStore(store -> {
            for (Write write : List.of(full, plain, full, plain)) {
                store.commit(List.of(), List.of(write));
                assertThat(StoreModel.shown(store.get("k"))).isEqualTo(StoreModel.shown(write));
                context.effective(1);
            }
        });
    }

    private static void copies(StoreContext context) {
        context.withStore(store -> {
            byte[] value = KeyValueLaws.bytes("as written");
            store.commit(List.of(), List.of(Write.put("k", value)));
            Arrays.fill(value, (byte) '!');
            assertThat(KeyValueLaws.text(store.get("k"))).isEqualTo("as written");
            context.effective(1);
        });
    }

    private static Entry entry(@Nullable Entry entry) {
        assertThat(entry).as("an entry that was written").isNotNull();
        return Objects.requireNonNull(entry);
    }
}
