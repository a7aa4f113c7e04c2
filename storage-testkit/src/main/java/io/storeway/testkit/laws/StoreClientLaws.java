package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.error.VersionConflictException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.history.History;
import io.storeway.testkit.history.Linearizability;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Concurrent clients of a store. */
final class StoreClientLaws {

    private static final int CLIENTS = 4;
    private static final int INCREMENTS = 40;
    private static final int COMMITS = 200;
    private static final int PAIRS = 20;
    private static final int ROUNDS = 10;
    private static final int RENEWALS = 20;

    private StoreClientLaws() {}

    static List<Law> all() {
        return List.of(
                Law.ofStores(
                        "K21-counter",
                        "no update on an expected version gets lost",
                        KeyValueLaws.CONDITIONS,
                        StoreClientLaws::counter),
                Law.ofStores(
                        "K21-skew",
                        "an expectation holds until the commit, also of a key that is not written",
                        KeyValueLaws.UNITS,
                        StoreClientLaws::skew),
                Law.ofStores(
                        "K21-register",
                        "what concurrent clients see of a key is explained by one order of their calls",
                        KeyValueLaws.CONSISTENT,
                        StoreClientLaws::register),
                Law.ofStores(
                        "K19-renewed",
                        "a purge leaves what is renewed while it runs",
                        KeyValueLaws.CONDITIONS,
                        StoreClientLaws::renewed),
                Law.ofStores(
                        "K11-torn", "no reader sees a part of a commit", KeyValueLaws.UNITS, StoreClientLaws::torn));
    }

    private static List<Callable<Boolean>> clients(int count, IntClient work) {
        return IntStream.range(0, count)
                .mapToObj(client -> (Callable<Boolean>) () -> work.run(client))
                .toList();
    }

    private interface IntClient {
        boolean run(int client) throws Exception;
    }

    private static boolean attempt(KeyValueStore store, Expectation expected, Write write) {
        try {
            store.commit(List.of(expected), List.of(write));
            return true;
        } catch (VersionConflictException e) {
            return false;
        }
    }

    private static void counter(StoreContext context) {
        context.withStore(List.of(KeyValueLaws.put("n", "0")), store -> {
            Clients.run(clients(CLIENTS, client -> {
                for (int done = 0; done < INCREMENTS; ) {
                    Entry before = store.get("n");
                    assertThat(before).as("the counter").isNotNull();
                    int next = Integer.parseInt(KeyValueLaws.text(before)) + 1;
                    Expectation same = new Expectation("n", before == null ? 0 : before.version());
                    done += attempt(store, same, KeyValueLaws.put("n", Integer.toString(next))) ? 1 : 0;
                }
                return true;
            }));
            assertThat(KeyValueLaws.text(store.get("n")))
                    .as("the sum of %d clients that counted to %d", CLIENTS, INCREMENTS)
                    .isEqualTo(Integer.toString(CLIENTS * INCREMENTS));
            context.effective((long) CLIENTS * INCREMENTS);
        });
    }

    /** Each of two clients expects the other's key to be absent; both must not succeed. */
    private static void skew(StoreContext context) {
        context.withStore(store -> {
            for (int pair = 0; pair < PAIRS; pair++) {
                List<String> keys = List.of("x" + pair, "y" + pair);
                List<Boolean> done = Clients.run(clients(
                        2,
                        client -> attempt(
                                store, new Expectation(keys.get(1 - client), 0), KeyValueLaws.put(keys.get(client)))));
                assertThat(done).as("who has written %s", keys).contains(true);
                assertThat(KeyValueLaws.keys(store, "", 1_000).stream().filter(keys::contains))
                        .as("both have written without the other")
                        .hasSize(1);
                context.effective(1);
            }
        });
    }

    private static void register(StoreContext context) {
        ClientLoad load = ClientLoad.of(context.lists());
        for (int run = 0; run < ClientLoad.HISTORIES; run++) {
            long seed = context.seed() + run;
            context.withStore(store -> {
                History history = new History();
                Clients.run(clients(ClientLoad.CLIENTS, client -> {
                    SplittableRandom random = new SplittableRandom(seed * ClientLoad.CLIENTS + client);
                    for (int call = 0; call < load.calls(); call++) {
                        String key = "k" + random.nextInt(load.keys());
                        call(store, history, key, random.nextInt(5), client * load.calls() + call);
                    }
                    return true;
                }));
                Linearizability.check(history.operations());
                context.effective(history.operations().size());
            });
        }
    }

    private static void call(KeyValueStore store, History history, String key, int verb, int unique) throws Exception {
        switch (verb) {
            case 0 -> history.write(key, "" + unique, () -> commit(store, KeyValueLaws.put(key, "" + unique)));
            case 1 -> history.write(key, null, () -> commit(store, Write.delete(key)));
            case 2 ->
                history.read(key, () -> number(store.getAll(List.of("k0", key)).get(1)));
            default -> history.read(key, () -> number(store.get(key)));
        }
    }

    private static boolean commit(KeyValueStore store, Write write) {
        store.commit(List.of(), List.of(write));
        return true;
    }

    private static @Nullable String number(@Nullable Entry entry) {
        return entry == null ? null : KeyValueLaws.text(entry);
    }

    /** While one client writes anew what has expired, another one purges. */
    private static void renewed(StoreContext context) {
        List<String> keys =
                IntStream.range(0, RENEWALS).mapToObj("k%02d"::formatted).toList();
        context.withStore(store -> {
            for (int round = 0; round < ROUNDS; round++) {
                keys.forEach(key -> commit(store, new Write(key, new byte[0], null, LawTypes.NOW)));
                CyclicBarrier start = new CyclicBarrier(2);
                Clients.run(clients(2, client -> {
                    start.await();
                    if (client == 0) {
                        keys.forEach(key -> commit(store, KeyValueLaws.put(key)));
                    } else {
                        store.purge(LawTypes.NOW);
                    }
                    return true;
                }));
                assertThat(KeyValueLaws.keys(store, "k", RENEWALS))
                        .as("what was written anew")
                        .isEqualTo(keys);
                context.effective(RENEWALS);
            }
        });
    }

    private static void torn(StoreContext context) {
        context.withStore(both(0), store -> {
            AtomicBoolean ended = new AtomicBoolean();
            Clients.run(clients(3, client -> {
                if (client == 0) {
                    try {
                        IntStream.rangeClosed(1, COMMITS).forEach(i -> store.commit(List.of(), both(i)));
                    } finally {
                        ended.set(true);
                    }
                }
                do {
                    assertThat(Stream.of(
                                    store.getAll(List.of("a", "b")),
                                    store.list("", null, 5).entries()))
                            .allSatisfy(found -> assertThat(KeyValueLaws.text(found.get(0)))
                                    .as("one of two that are always written together")
                                    .isEqualTo(KeyValueLaws.text(found.get(1))));
                } while (!ended.get());
                return true;
            }));
            context.effective(COMMITS);
        });
    }

    private static List<Write> both(int i) {
        return List.of(KeyValueLaws.put("a", "" + i), KeyValueLaws.put("b", "" + i));
    }
}
