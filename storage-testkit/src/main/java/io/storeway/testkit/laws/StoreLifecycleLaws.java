package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.Capability;
import io.storeway.error.StorageClosedException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;

/** Stores are opened, closed and opened again. */
final class StoreLifecycleLaws {

    private static final Set<Capability> DURABLE = Set.of(Capability.WRITES, Capability.DURABLE);

    private static final int OPENINGS = 20;
    private static final int MOST_COMMANDS = 1_000;

    private StoreLifecycleLaws() {}

    static List<Law> all() {
        return List.of(
                Law.ofStores(
                        "K05-closed",
                        "a closed store refuses every call, and can be closed again",
                        KeyValueLaws.NOTHING,
                        StoreLifecycleLaws::closed),
                Law.ofStores(
                        "K05-empty",
                        "an empty commit does nothing, and an empty store has nothing",
                        KeyValueLaws.WRITES,
                        StoreLifecycleLaws::empty),
                Law.ofStores(
                        "K22-durable",
                        "what was acknowledged, and nothing else, is there when the store is opened again",
                        DURABLE,
                        StoreLifecycleLaws::durable));
    }

    private static void closed(StoreContext context) {
        context.withStore(List.of(KeyValueLaws.put("k")), store -> {
            boolean writes = !store.readOnly();
            store.close();
            store.close();
            List<Runnable> calls = new ArrayList<>(List.of(
                    () -> store.get("k"), () -> store.getAll(List.of("k", "l")), () -> store.list("", null, 5)));
            if (writes) {
                calls.add(() -> store.commit(List.of(), List.of(KeyValueLaws.put("k"))));
                calls.add(() -> store.commit(List.of(new Expectation("k", 0)), List.of(Write.delete("k"))));
                calls.add(() -> store.writeEach(List.of(KeyValueLaws.put("k"))));
                calls.add(() -> store.purge(LawTypes.NOW));
            }
            for (int i = 0; i < calls.size(); i++) {
                assertThat(catchThrowable(calls.get(i)::run))
                        .as("call %d after closing", i)
                        .isInstanceOf(StorageClosedException.class);
                context.effective(1);
            }
        });
    }

    private static void empty(StoreContext context) {
        context.withStore(store -> {
            store.commit(List.of(), List.of());
            if (store.capabilities().has(Capability.CONDITIONAL_WRITES)) {
                store.commit(List.of(new Expectation("k", 0)), List.of());
            }
            store.commit(List.of(), List.of(Write.delete("k")));
            assertThat(KeyValueLaws.keys(store, "", 1)).isEmpty();
            assertThat(store.get("k")).isNull();
            assertThat(store.purge(LawTypes.NOW)).isZero();
            context.effective(6);
        });
    }

    static String all(KeyValueStore store) {
        return new StoreRun(store).all();
    }

    private static void durable(StoreContext context) {
        long[] versions = {0, 0};
        String[] before = {""};
        String[] place = {""};
        context.withStore(store -> {
            KeyValueLaws.each(
                    store,
                    List.of(
                            new Write("full", KeyValueLaws.bytes("v"), "{\"a\":1}", LawTypes.NOW),
                            Write.put("empty", new byte[0]),
                            KeyValueLaws.put("deleted"),
                            KeyValueLaws.put("\u00e9\ud83d\ude00")));
            for (int i = 0; i < 3; i++) {
                KeyValueLaws.each(store, List.of(KeyValueLaws.put("deleted", "again"), KeyValueLaws.put("n", "" + i)));
            }
            versions[0] = KeyValueLaws.version(store, "deleted");
            versions[1] = KeyValueLaws.version(store, "n");
            store.commit(List.of(), List.of(Write.delete("deleted")));
            before[0] = all(store);
            assertThat(before[0]).contains("'n'='2'").doesNotContain("deleted");
            place[0] = store.identity();
        });
        for (int again = 0; again < 2; again++) {
            context.withSameStore(store -> {
                assertThat(all(store)).as("when it is opened again").isEqualTo(before[0]);
                assertThat(store.identity())
                        .as("the name of the place, when it is opened again")
                        .isNotEmpty()
                        .isEqualTo(place[0]);
                context.effective(1);
            });
        }
        context.withSameStore(store -> versionsContinue(context, store, versions[0], versions[1]));
        reopened(context);
    }

    /** After reopening, a key that was deleted gets a higher version than before, and one that was not written keeps its version. */
    private static void versionsContinue(StoreContext context, KeyValueStore store, long ofDeleted, long ofKept) {
        if (!store.capabilities().has(Capability.CONDITIONAL_WRITES)) {
            return;
        }
        store.commit(List.of(new Expectation("deleted", 0)), List.of(KeyValueLaws.put("deleted")));
        assertThat(KeyValueLaws.version(store, "deleted"))
                .as("the version of a key that was deleted before the store was closed")
                .isGreaterThan(ofDeleted);
        assertThat(KeyValueLaws.version(store, "n"))
                .as("the version of a key that was not written since")
                .isEqualTo(ofKept);
        store.commit(List.of(new Expectation("n", ofKept)), List.of(KeyValueLaws.put("n", "3")));
        assertThat(KeyValueLaws.version(store, "n")).isGreaterThan(ofKept);
        context.effective(1);
    }

    /** Reopens the store after each change: a later commit could write what an earlier one has left out of the file. */
    private static void reopened(StoreContext context) {
        String[] before = {""};
        context.withSameStore(store -> before[0] = all(store));
        Iterator<StoreCommand> commands = LongStream.iterate(context.seed(), seed -> seed + 1)
                .mapToObj(StoreCommand::random)
                .flatMap(List::stream)
                .limit(MOST_COMMANDS)
                .iterator();
        for (int opening = 0; opening < OPENINGS; opening++) {
            context.withSameStore(store -> {
                assertThat(all(store)).as("when it is opened again").isEqualTo(before[0]);
                StoreRun run = new StoreRun(store);
                String unchanged = before[0];
                while (before[0].equals(unchanged) && commands.hasNext()) {
                    StoreCommand next = commands.next();
                    if (run.possible(next)) {
                        run.answer(next);
                        before[0] = run.all();
                    }
                }
                context.effective(1);
            });
        }
        context.withSameStore(
                store -> assertThat(all(store)).as("when it is opened again").isEqualTo(before[0]));
    }
}
