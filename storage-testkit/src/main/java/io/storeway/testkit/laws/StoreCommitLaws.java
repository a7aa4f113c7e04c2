package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.error.VersionConflictException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A commit happens completely and only if its expectations are met, or not at all. */
final class StoreCommitLaws {

    private StoreCommitLaws() {}

    static List<Law> all() {
        return List.of(
                Law.ofStores(
                        "K11-atomic",
                        "a commit that is refused writes nothing",
                        KeyValueLaws.UNITS,
                        StoreCommitLaws::atomic),
                Law.ofStores(
                        "K21-expectation",
                        "a commit happens if each version is as expected, and only then",
                        KeyValueLaws.CONDITIONS,
                        StoreCommitLaws::expectations),
                Law.ofStores(
                        "K21-others",
                        "a commit can depend on versions of keys that it doesn't write",
                        KeyValueLaws.UNITS,
                        StoreCommitLaws::others),
                Law.ofStores(
                        "K21-version",
                        "every write of a key gives it a higher version, also after a deletion",
                        KeyValueLaws.CONDITIONS,
                        StoreCommitLaws::versions),
                Law.ofStores(
                        "K19-purge",
                        "what has expired is there until a purge, which removes nothing else",
                        KeyValueLaws.WRITES,
                        StoreCommitLaws::purge));
    }

    private static void atomic(StoreContext context) {
        List<String> keys = List.of("a", "b", "c", "d");
        List<Write> old = keys.stream().map(key -> KeyValueLaws.put(key, "old")).toList();
        context.withStore(old, store -> {
            List<Write> writes = new ArrayList<>();
            keys.subList(0, 3).forEach(key -> writes.add(KeyValueLaws.put(key, "new")));
            writes.add(Write.delete("d"));
            writes.add(KeyValueLaws.put("e", "new"));
            for (int unmet = 0; unmet < keys.size(); unmet++) {
                List<Expectation> expectations = new ArrayList<>();
                for (String key : keys) {
                    expectations.add(new Expectation(key, KeyValueLaws.version(store, key)));
                }
                expectations.set(unmet, new Expectation(keys.get(unmet), 0));
                assertConflict(store, expectations, writes);
                assertThat(contents(store, keys)).containsOnly("old");
                assertThat(store.get("e")).as("a part of a refused commit").isNull();
                context.effective(1);
            }
            store.commit(List.of(), writes);
            assertThat(contents(store, List.of("a", "b", "c", "d", "e")))
                    .containsExactly("new", "new", "new", "absent", "new");
        });
    }

    private static List<String> contents(KeyValueStore store, List<String> keys) {
        List<String> contents = new ArrayList<>();
        for (Entry entry : store.getAll(keys)) {
            contents.add(KeyValueLaws.text(entry));
        }
        return contents;
    }

    private static void assertConflict(KeyValueStore store, List<Expectation> expectations, List<Write> writes) {
        assertThat(catchThrowable(() -> store.commit(expectations, writes)))
                .as("the conflict of a commit of %d writes that expects %s", writes.size(), expectations)
                .isInstanceOf(VersionConflictException.class);
    }

    private static void expectations(StoreContext context) {
        context.withStore(store -> {
            store.commit(List.of(new Expectation("k", 0)), List.of(KeyValueLaws.put("k", "1")));
            long first = KeyValueLaws.version(store, "k");
            assertThat(first).as("the first version").isPositive();
            store.commit(List.of(new Expectation("k", first)), List.of(KeyValueLaws.put("k", "2")));
            long second = KeyValueLaws.version(store, "k");
            for (long other : new long[] {0, first, second + 1, Long.MAX_VALUE}) {
                for (Write write : List.of(KeyValueLaws.put("k", "3"), Write.delete("k"))) {
                    assertConflict(store, List.of(new Expectation("k", other)), List.of(write));
                    context.effective(1);
                }
                assertConflict(store, List.of(new Expectation("k", other)), List.of());
            }
            for (long other : new long[] {1, second, Long.MAX_VALUE}) {
                assertConflict(store, List.of(new Expectation("l", other)), List.of(KeyValueLaws.put("l", "3")));
                assertConflict(store, List.of(new Expectation("l", other)), List.of(Write.delete("l")));
                context.effective(2);
            }
            assertThat(contents(store, List.of("k", "l"))).containsExactly("2", "absent");
            assertThat(KeyValueLaws.version(store, "k")).isEqualTo(second);
            Expectation met = new Expectation("k", second);
            Expectation unmet = new Expectation("k", first);
            for (List<Expectation> both : List.of(List.of(met, unmet), List.of(unmet, met))) {
                assertConflict(store, both, List.of(KeyValueLaws.put("k", "3")));
            }
            store.commit(List.of(met), List.of());
            assertThat(KeyValueLaws.version(store, "k"))
                    .as("the version of a key that was only expected")
                    .isEqualTo(second);
            store.commit(List.of(new Expectation("k", second)), List.of(Write.delete("k")));
            assertConflict(store, List.of(new Expectation("k", second)), List.of(KeyValueLaws.put("k", "4")));
            store.commit(List.of(new Expectation("k", 0)), List.of(KeyValueLaws.put("k", "5")));
            assertConflict(store, List.of(new Expectation("k", second)), List.of(KeyValueLaws.put("k", "6")));
            assertThat(contents(store, List.of("k", "m"))).containsExactly("5", "absent");
        });
    }

    private static void others(StoreContext context) {
        context.withStore(List.of(KeyValueLaws.put("k", "1")), store -> {
            long version = KeyValueLaws.version(store, "k");
            List<Write> write = List.of(KeyValueLaws.put("m", "1"));
            for (List<Expectation> unmet : List.of(
                    List.of(new Expectation("k", 0)),
                    List.of(new Expectation("k", version + 1)),
                    List.of(new Expectation("l", 1)),
                    List.of(new Expectation("k", version), new Expectation("l", version)),
                    List.of(new Expectation("l", 0), new Expectation("k", version + 1)))) {
                assertConflict(store, unmet, write);
                context.effective(1);
            }
            assertThat(contents(store, List.of("k", "l", "m"))).containsExactly("1", "absent", "absent");
            store.commit(List.of(new Expectation("k", version), new Expectation("l", 0)), write);
            assertThat(contents(store, List.of("k", "l", "m"))).containsExactly("1", "absent", "1");
            assertThat(KeyValueLaws.version(store, "k")).isEqualTo(version);
        });
    }

    private static void versions(StoreContext context) {
        context.withStore(store -> {
            List<Long> seen = new ArrayList<>();
            for (int round = 0; round < 3; round++) {
                KeyValueLaws.each(store, List.of(KeyValueLaws.put("k", "same"), KeyValueLaws.put("other" + round)));
                seen.add(KeyValueLaws.version(store, "k"));
                store.commit(List.of(), List.of(KeyValueLaws.put("k", "same")));
                seen.add(KeyValueLaws.version(store, "k"));
                assertThat(KeyValueLaws.version(store, "k"))
                        .as("the version after reading")
                        .isEqualTo(seen.get(seen.size() - 1));
                store.commit(List.of(), List.of(Write.delete("k")));
                store.commit(List.of(), List.of(new Write("k", new byte[0], null, LawTypes.NOW)));
                seen.add(KeyValueLaws.version(store, "k"));
                assertThat(store.purge(LawTypes.NOW)).isOne();
            }
            assertThat(seen).as("the versions of one key").isSorted().doesNotHaveDuplicates();
            assertThat(seen.get(0)).isPositive();
            store.commit(List.of(), List.of(KeyValueLaws.put("k")));
            List<String> keys = List.of("k", "other0", "other1", "other2");
            List<Long> versions =
                    keys.stream().map(key -> KeyValueLaws.version(store, key)).toList();
            assertThat(store.getAll(keys).stream().map(KeyValueLaws::version))
                    .as("the versions of several entries read at once")
                    .containsExactlyElementsOf(versions);
            assertThat(store.list("", null, 10).entries())
                    .as("the versions in a listing")
                    .extracting(Entry::version)
                    .isEqualTo(versions);
            context.effective(seen.size());
        });
    }

    private static void purge(StoreContext context) {
        Instant now = LawTypes.NOW;
        context.withStore(
                List.of(
                        expiring("past", now.minusSeconds(1)),
                        expiring("now", now),
                        expiring("later", now.plusSeconds(1)),
                        expiring("never", null)),
                store -> {
                    assertThat(KeyValueLaws.keys(store, "", 10)).hasSize(4);
                    assertThat(store.get("past"))
                            .as("what has expired, before a purge")
                            .isNotNull();
                    assertThat(store.purge(now.minusSeconds(2)))
                            .as("purged too early")
                            .isZero();
                    assertThat(store.purge(now)).as("purged").isEqualTo(2);
                    assertThat(KeyValueLaws.keys(store, "", 10)).containsExactly("later", "never");
                    assertThat(store.purge(now)).as("purged again").isZero();
                    store.commit(List.of(), List.of(expiring("later", null)));
                    assertThat(store.purge(now.plusSeconds(5)))
                            .as("purged by an expiry that a later write took away")
                            .isZero();
                    context.effective(4);
                });
    }

    private static Write expiring(String key, @Nullable Instant at) {
        return new Write(key, KeyValueLaws.bytes(key), null, at);
    }
}
