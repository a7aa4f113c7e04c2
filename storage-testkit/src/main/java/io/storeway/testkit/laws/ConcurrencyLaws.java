package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Capability;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.TransactionFailedException;
import io.storeway.testkit.history.History;
import io.storeway.testkit.history.Linearizability;
import io.storeway.testkit.laws.LawTypes.Item;
import io.storeway.testkit.laws.LawTypes.Single;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Concurrent clients: what they see of a record is linearizable, and nobody sees a part of a unit of work. */
final class ConcurrencyLaws {

    private static final int UNITS = 40;
    /** How long a unit waits at most for a read to happen within it; an engine may keep the reader waiting until the unit ends. */
    private static final long TIMEOUT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final long POLL_NANOS = 50_000;

    private ConcurrencyLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L21-register",
                        "what concurrent clients see of a record is explained by one order of their calls",
                        Set.of(Capability.WRITES),
                        ConcurrencyLaws::register),
                new Law(
                        "L11-torn",
                        "no reader sees a part of a unit of work",
                        Set.of(Capability.WRITES, Capability.UNITS_OF_WORK, Capability.CONSISTENT_READS),
                        ConcurrencyLaws::torn));
    }

    /** Units write two records alike, and every other one then throws. Readers never see the records differ, nor the writes of a unit that threw. */
    private static void torn(LawContext context) {
        context.withStorage(storage -> {
            Repository<Item> items = storage.repository(LawTypes.ITEMS);
            items.insertAll(both(0));
            AtomicBoolean ended = new AtomicBoolean();
            AtomicLong reads = new AtomicLong();
            Clients.run(List.<Callable<Boolean>>of(
                    () -> {
                        try {
                            IntStream.rangeClosed(1, UNITS).forEach(i -> writeBoth(storage, i, reads));
                            return true;
                        } finally {
                            ended.set(true);
                        }
                    },
                    () -> {
                        do {
                            assertThat(items.partition("o").list())
                                    .as("two records that units write alike, if they don't throw")
                                    .isIn(IntStream.rangeClosed(0, UNITS / 2)
                                            .mapToObj(i -> both(2L * i))
                                            .toList());
                            reads.incrementAndGet();
                        } while (!ended.get());
                        return true;
                    }));
            context.effective(UNITS);
        });
    }

    private static List<Item> both(long number) {
        return List.of(new Item("o", "a", number), new Item("o", "b", number));
    }

    private static void writeBoth(Storage storage, int number, AtomicLong reads) {
        try {
            storage.run(unit -> {
                both(number).forEach(item -> {
                    unit.repository(LawTypes.ITEMS).update(item);
                    awaitRead(reads);
                });
                if (number % 2 == 1) {
                    throw new CancellationException();
                }
            });
        } catch (CancellationException e) {
            // Thrown by the unit, which leaves nothing.
        }
    }

    /** Waits for two reads to end: the first may have begun before the write, the second has not. */
    private static void awaitRead(AtomicLong reads) {
        long second = reads.get() + 2;
        long end = System.nanoTime() + TIMEOUT_NANOS;
        while (reads.get() < second && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static void register(LawContext context) {
        ClientLoad load = ClientLoad.of(context.lists());
        for (int run = 0; run < ClientLoad.HISTORIES; run++) {
            long seed = context.seed() + run;
            context.withStorage(storage -> {
                History history = record(storage, load, seed);
                Linearizability.check(history.operations());
                context.effective(history.operations().size());
            });
        }
    }

    private static History record(Storage storage, ClientLoad load, long seed) {
        History history = new History();
        Clients.run(IntStream.range(0, ClientLoad.CLIENTS)
                .mapToObj(client -> (Callable<Boolean>) () -> {
                    SplittableRandom random = new SplittableRandom(seed * ClientLoad.CLIENTS + client);
                    for (int call = 0; call < load.calls(); call++) {
                        String key = "k" + random.nextInt(load.keys());
                        call(storage, history, key, random.nextInt(4), client * load.calls() + call);
                    }
                    return true;
                })
                .toList());
        return history;
    }

    private static void call(Storage storage, History history, String key, int verb, int unique) throws Exception {
        Repository<Single> singles = storage.repository(LawTypes.SINGLES);
        try {
            switch (verb) {
                case 0 ->
                    history.write(key, unique, () -> {
                        singles.save(new Single(key, unique, null));
                        return unique;
                    });
                case 1 -> history.write(key, null, () -> singles.delete(key));
                default -> history.read(key, () -> number(singles, key));
            }
        } catch (TransactionFailedException e) {
            // Other clients were faster and nothing was changed, so the history leaves the call out.
        }
    }

    private static @Nullable Integer number(Repository<Single> singles, String key) {
        return singles.find(key).map(Single::number).orElse(null);
    }
}
