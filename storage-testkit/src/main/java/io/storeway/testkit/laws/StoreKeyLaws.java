package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.error.InvalidValueException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.data.NastyData;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Keys of all kinds are distinguished or refused. */
final class StoreKeyLaws {

    private static final List<String> PAIRS = List.of(
            "key",
            "Key",
            "KEY",
            " key",
            "key ",
            "key\t",
            "key\u0000",
            "k\u0000ey",
            "k%y",
            "k_y",
            "k*y",
            "k?y",
            "k[e]y",
            "k\\y",
            "\u00e9",
            "e\u0301",
            "\u00df",
            "ss",
            "\ud83d\ude00",
            "\ud83d\ude01",
            "?",
            "\ufffd",
            ".",
            "..",
            "../key",
            "a/b",
            "a:b",
            "a::b",
            "a%3Ab",
            "{a}:b",
            "null",
            "0",
            "00",
            "__storeway");

    private StoreKeyLaws() {}

    static List<Law> all() {
        return List.of(
                Law.ofStores(
                        "K17-keys",
                        "every key has an entry of its own",
                        KeyValueLaws.NOTHING,
                        StoreKeyLaws::entriesOfTheirOwn),
                Law.ofStores(
                        "K17-absent",
                        "what can't be a key reads as absent",
                        KeyValueLaws.NOTHING,
                        StoreKeyLaws::absent),
                Law.ofStores(
                        "K17-length",
                        "the longest key is kept, and an invalid key is refused before any effect",
                        KeyValueLaws.WRITES,
                        StoreKeyLaws::lengths));
    }

    private static void entriesOfTheirOwn(StoreContext context) {
        List<Write> candidates = Stream.concat(PAIRS.stream(), NastyData.ids().stream())
                .distinct()
                .map(KeyValueLaws::put)
                .toList();
        context.withTaken(candidates, (store, taken) -> {
            List<String> keys = taken.stream().map(Write::key).toList();
            assertThat(keys).contains("key", "Key", "a:b", "k%y", "k_y");
            for (String key : keys) {
                assertThat(KeyValueLaws.text(store.get(key)))
                        .as("the value of '%s'", key)
                        .isEqualTo(key);
                context.effective(1);
            }
            List<String> shuffled = new ArrayList<>(keys);
            Collections.reverse(shuffled);
            shuffled.add(1, "not there");
            shuffled.add(keys.get(0));
            List<@Nullable Entry> found = store.getAll(shuffled);
            assertThat(found).as("one answer for each key").hasSize(shuffled.size());
            for (int i = 0; i < found.size(); i++) {
                Entry entry = found.get(i);
                String expected = i == 1 ? "absent" : shuffled.get(i);
                assertThat(KeyValueLaws.text(entry))
                        .as("number %d of many, '%s'", i, shuffled.get(i))
                        .isEqualTo(expected);
                assertThat(entry == null ? shuffled.get(i) : entry.key()).isEqualTo(shuffled.get(i));
            }
            assertThat(KeyValueLaws.keys(store, "", 10)).containsExactlyInAnyOrderElementsOf(keys);
        });
    }

    /** A careless store makes an unpaired surrogate a question mark, and so finds the entry of another key. */
    private static void absent(StoreContext context) {
        context.withStore(
                List.of(KeyValueLaws.put("?"), KeyValueLaws.put("a?"), KeyValueLaws.put("\ud83d\ude00")), store -> {
                    for (String bad : NastyData.malformedTexts()) {
                        assertThat(store.get(bad))
                                .as("the entry of a key with an unpaired surrogate")
                                .isNull();
                        assertThat(KeyValueLaws.keys(store, bad, 10))
                                .as("keys with an unpaired surrogate as prefix")
                                .isEmpty();
                        context.effective(2);
                    }
                    String tooLong = "k".repeat(store.maxKeyBytes() + 1);
                    assertThat(store.get("")).as("the entry of an empty key").isNull();
                    assertThat(store.get(tooLong))
                            .as("the entry of a key too long")
                            .isNull();
                    assertThat(KeyValueLaws.keys(store, tooLong, 10)).isEmpty();
                    assertThat(store.getAll(List.of("", "?", tooLong)))
                            .extracting(entry -> entry == null ? "" : entry.key())
                            .containsExactly("", "?", "");
                    assertThat(store.getAll(List.of())).isEmpty();
                });
    }

    private static void lengths(StoreContext context) {
        context.withStore(store -> {
            int most = store.maxKeyBytes();
            String euros = "\u20ac".repeat(most / 3) + "k".repeat(most % 3);
            for (String fits : List.of("k", "k".repeat(most - 1), "k".repeat(most), euros)) {
                store.commit(List.of(), List.of(KeyValueLaws.put(fits)));
                assertThat(KeyValueLaws.text(store.get(fits)))
                        .as("the value of a key of %d bytes", KeyValueLaws.bytes(fits).length)
                        .isEqualTo(fits);
                context.effective(1);
            }
            List<String> before = KeyValueLaws.keys(store, "", 10);
            assertThat(before).hasSize(4);
            for (String bad : List.of("", "k".repeat(most + 1), euros + "k", euros + "\u20ac", "\ud800")) {
                refused(store, bad);
                context.effective(1);
            }
            assertThat(KeyValueLaws.keys(store, "", 10)).isEqualTo(before);
        });
    }

    private static void refused(KeyValueStore store, String bad) {
        for (List<Write> batch : List.of(
                List.of(KeyValueLaws.put(bad, "v")),
                List.of(Write.delete(bad)),
                List.of(KeyValueLaws.put("first"), KeyValueLaws.put(bad, "v"), KeyValueLaws.put("last")))) {
            assertThat(catchThrowable(() -> store.commit(List.of(), batch)))
                    .as("a commit with a key of %d bytes", KeyValueLaws.bytes(bad).length)
                    .isInstanceOf(InvalidValueException.class);
        }
    }
}
