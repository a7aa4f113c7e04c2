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

    private ConcurrencyLaws() {}

    static List<Law> all() {
        return List.of(new Law(
                "L21-register",
                "what concurrent clients see of a record is explained by one order of their calls",
                Set.of(Capability.WRITES),
                ConcurrencyLaws::register));
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
            // Other clients were faster, and nothing was changed: the history leaves it out.
        }
    }

    private static @Nullable Integer number(Repository<Single> singles, String key) {
        return singles.find(key).map(Single::number).orElse(null);
    }
}
