package io.storeway.testkit.laws;

import io.storeway.spi.KeyValueStore;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A store answers lists of commands as a sorted map does: first lists that once failed, then random ones. As in {@link ModelLaw}, all
 * lists run on one store, and a failing list is repeated on fresh stores and shortened.
 */
final class StoreModelLaw {

    static final String CORPUS = "stores";

    private final StoreContext context;

    private StoreModelLaw(StoreContext context) {
        this.context = context;
    }

    static void run(StoreContext context) {
        StoreModelLaw law = new StoreModelLaw(context);
        context.withStore(store -> {
            for (List<StoreCommand> commands : Corpus.of(CORPUS, StoreCommand::parse)) {
                law.check(store, commands, "a list that failed before");
            }
            for (int list = 0; list < context.lists(); list++) {
                long seed = context.seed() + list;
                law.check(store, StoreCommand.random(seed), "replay with -Dstoreway.seed=" + seed);
            }
        });
    }

    private void check(KeyValueStore store, List<StoreCommand> commands, String origin) {
        StoreRun run = new StoreRun(store);
        run.clear();
        Mismatch mismatch = mismatch(run, commands);
        context.effective(commands.size());
        if (mismatch == null) {
            return;
        }
        if (fresh(commands) == null) {
            throw mismatch.failure("only after other lists of commands, deleted before (%s):%n%s"
                    .formatted(origin, StoreCommand.text(commands)));
        }
        List<StoreCommand> minimal = Shortest.of(commands, StoreCommand::smaller, shorter -> fresh(shorter) != null);
        Mismatch shortest = Objects.requireNonNullElse(fresh(minimal), mismatch);
        throw shortest.failure("after %d commands (%s):%n%s%ncorpus line: %s %s"
                .formatted(
                        minimal.size(),
                        origin,
                        minimal.stream().map(StoreCommand::described).collect(Collectors.joining("\n")),
                        CORPUS,
                        StoreCommand.text(minimal)));
    }

    private @Nullable Mismatch fresh(List<StoreCommand> commands) {
        AtomicReference<@Nullable Mismatch> mismatch = new AtomicReference<>();
        context.withStore(store -> mismatch.set(mismatch(new StoreRun(store), commands)));
        return mismatch.get();
    }

    private @Nullable Mismatch mismatch(StoreRun run, List<StoreCommand> commands) {
        StoreModel model = new StoreModel();
        for (StoreCommand command : commands) {
            if (!run.possible(command)) {
                continue;
            }
            String expected = model.answer(command);
            String actual;
            try {
                actual = run.answer(command);
            } catch (RuntimeException e) {
                return new Mismatch(
                        "%s threw %s, the model answered %s".formatted(command.described(), e, expected), e);
            }
            if (!expected.equals(actual)) {
                return new Mismatch(
                        "%s answered %s, the model %s".formatted(command.described(), actual, expected), null);
            }
            context.tried(command.kind().name(), StoreModel.shows(command, actual));
        }
        String all = run.all();
        return all.equals(model.all())
                ? null
                : new Mismatch("in the end there is %s, the model has %s".formatted(all, model.all()), null);
    }
}
