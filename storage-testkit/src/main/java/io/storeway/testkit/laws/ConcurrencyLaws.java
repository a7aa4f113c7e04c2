package io.storeway.testkit.laws;

import io.storeway.Capability;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.TransactionFailedException;
import io.storeway.testkit.history.History;
import io.storeway.testkit.history.Linearizability;
import io.storeway.testkit.laws.LawTypes.Single;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Clients that write and read the same records at the same time see one register for each record. */
final class ConcurrencyLaws {

    private static final int CLIENTS = 4;
    private static final int KEYS = 5;
    private static final int CALLS = 60;
    private static final int HISTORIES = 3;

    private ConcurrencyLaws() {}

    static List<Law> all() {
        return List.of(new Law(
                "L21-register",
                "what concurrent clients see of a record is explained by one order of their calls",
                Set.of(Capability.WRITES),
                ConcurrencyLaws::register));
    }

    private static void register(LawContext context) {
        for (int run = 0; run < HISTORIES; run++) {
            long seed = context.seed() + run;
            context.withStorage(storage -> {
                History history = record(storage, seed);
                Linearizability.check(history.operations());
                context.effective(history.operations().size());
            });
        }
    }

    private static History record(Storage storage, long seed) {
        History history = new History();
        Clients.run(IntStream.range(0, CLIENTS)
                .mapToObj(client -> (Callable<Boolean>) () -> {
                    SplittableRandom random = new SplittableRandom(seed * CLIENTS + client);
                    for (int call = 0; call < CALLS; call++) {
                        call(storage, history, random, client * CALLS + call);
                    }
                    return true;
                })
                .toList());
        return history;
    }

    private static void call(Storage storage, History history, SplittableRandom random, int unique) throws Exception {
        Repository<Single> singles = storage.repository(LawTypes.SINGLES);
        String key = "k" + random.nextInt(KEYS);
        try {
            switch (random.nextInt(4)) {
                case 0 ->
                    history.write(key, unique, () -> {
                        singles.save(new Single(key, unique, null));
                        return unique;
                    });
                case 1 -> history.write(key, null, () -> singles.delete(key));
                default -> history.read(key, () -> number(singles, key));
            }
        } catch (TransactionFailedException e) {
            // Other clients were faster, and nothing was changed: the history leaves it out.
        }
    }

    private static @Nullable Integer number(Repository<Single> singles, String key) {
        return singles.find(key).map(Single::number).orElse(null);
    }
}
