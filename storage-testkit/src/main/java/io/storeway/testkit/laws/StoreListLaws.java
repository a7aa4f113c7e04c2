package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Listings are ordered and complete, and their prefixes are literal. */
final class StoreListLaws {

    private static final int ENTRIES = 23;

    /** Keys that begin alike, also with characters that are wild cards somewhere. */
    private static final List<String> PREFIXED = List.of(
            "p",
            "p%",
            "p%:1",
            "p%:2",
            "p_:1",
            "px:1",
            "P%:1",
            "p*:1",
            "p?:1",
            "p[x]:1",
            "p\\:1",
            "p'",
            "p\"",
            "user:1",
            "user:10",
            "user:1:a",
            "\u00e9:1",
            "e:1",
            "x",
            "xx",
            "p\ud83d\ude00",
            "\ud7ff:1",
            "\ue000:1",
            "\uffff:1",
            "\udbff\udfff:1");

    /** Further prefixes, among them some that no key has. */
    private static final List<String> PREFIXES = List.of(
            "",
            "p%:",
            "p_",
            "p*",
            "p?",
            "p[",
            "p\\",
            "%",
            "*",
            "_",
            "user:1:",
            "none",
            "xxx",
            "\ud7ff",
            "\ue000",
            "\uffff",
            "\udbff\udfff",
            "\udbff\udfff\udbff\udfff");

    private StoreListLaws() {}

    static List<Law> all() {
        return List.of(
                Law.ofStores(
                        "K20-order",
                        "entries are listed by the UTF-8 bytes of their keys",
                        KeyValueLaws.NOTHING,
                        StoreListLaws::order),
                Law.ofStores("K20-prefix", "a prefix is literal", KeyValueLaws.NOTHING, StoreListLaws::prefix),
                Law.ofStores(
                        "K20-pages",
                        "pages of any size have every entry once",
                        KeyValueLaws.NOTHING,
                        StoreListLaws::pages),
                Law.ofStores(
                        "K20-changes",
                        "a listing goes on at its cursor, whatever was written meanwhile",
                        KeyValueLaws.WRITES,
                        StoreListLaws::changes));
    }

    private static void order(StoreContext context) {
        List<String> keys = new ArrayList<>(List.of(
                "a",
                "B",
                "\u00e9",
                "\ud7ff",
                "\uffee",
                "\ud83d\ude00",
                "a:",
                "aa",
                "A",
                "0",
                "~",
                " ",
                "a:b",
                "\u007f",
                "\u0080"));
        context.withStore(keys.stream().map(KeyValueLaws::put).toList(), store -> {
            keys.sort((left, right) -> Arrays.compareUnsigned(KeyValueLaws.bytes(left), KeyValueLaws.bytes(right)));
            for (int limit : new int[] {1, 4, 100}) {
                assertThat(KeyValueLaws.keys(store, "", limit)).isEqualTo(keys);
                context.effective(1);
            }
        });
    }

    private static void prefix(StoreContext context) {
        context.withStore(PREFIXED.stream().map(KeyValueLaws::put).toList(), store -> {
            for (String prefix :
                    Stream.concat(PREFIXED.stream(), PREFIXES.stream()).toList()) {
                assertThat(KeyValueLaws.keys(store, prefix, 3))
                        .as("the keys below '%s'", prefix)
                        .containsExactlyInAnyOrderElementsOf(PREFIXED.stream()
                                .filter(key -> key.startsWith(prefix))
                                .toList());
                context.effective(1);
            }
        });
    }

    private static List<String> numbered() {
        return IntStream.range(0, ENTRIES).mapToObj("p:%02d"::formatted).toList();
    }

    private static List<Write> numberedAndNeighbours() {
        return Stream.concat(numbered().stream(), Stream.of("p", "p9", "p;", "o:1", "q"))
                .map(KeyValueLaws::put)
                .toList();
    }

    private static void pages(StoreContext context) {
        context.withStore(numberedAndNeighbours(), store -> {
            for (int limit : new int[] {1, 2, 3, 7, ENTRIES - 1, ENTRIES, ENTRIES + 1, 1_000, Integer.MAX_VALUE}) {
                assertThat(KeyValueLaws.keys(store, "p:", limit))
                        .as("in parts of %d", limit)
                        .isEqualTo(numbered());
                context.effective(1);
            }
            assertThat(store.list("p:", null, ENTRIES).entries())
                    .as("values come with the keys")
                    .allSatisfy(entry -> assertThat(KeyValueLaws.text(entry)).isEqualTo(entry.key()));
        });
    }

    private static void changes(StoreContext context) {
        for (int limit : new int[] {1, 5, ENTRIES - 1}) {
            context.withStore(numberedAndNeighbours(), store -> {
                Listing first = store.list("p:", null, limit);
                assertThat(first.next()).as("there is more").isNotNull();
                List<String> seen = first.entries().stream().map(Entry::key).toList();
                List<Write> meanwhile = new ArrayList<>(List.of(KeyValueLaws.put("p:0"), KeyValueLaws.put("p:000")));
                seen.forEach(key -> meanwhile.add(Write.delete(key)));
                meanwhile.add(KeyValueLaws.put(numbered().get(ENTRIES - 1), "written anew"));
                KeyValueLaws.each(store, meanwhile);
                List<String> behind = KeyValueLaws.keysBehind(store, "p:", first.next(), limit);
                assertThat(behind).as("the rest").doesNotHaveDuplicates();
                assertThat(behind.stream().filter(numbered()::contains))
                        .as("what was there all the time, behind %s, which are deleted", seen)
                        .containsExactlyElementsOf(numbered().subList(seen.size(), ENTRIES));
                context.effective(1);
            });
        }
    }
}
