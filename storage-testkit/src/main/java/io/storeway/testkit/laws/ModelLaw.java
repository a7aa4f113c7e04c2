package io.storeway.testkit.laws;

import io.storeway.Capability;
import io.storeway.Storage;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A repository answers lists of commands as a sorted map does: first lists that once failed, then random ones. All lists run on one
 * storage, which is cleared before each. A failing list is repeated on fresh storages, shortened as far as possible, and
 * printed with the seed that repeats it.
 */
final class ModelLaw<T> {

    private final Shape<T> shape;

    ModelLaw(Shape<T> shape) {
        this.shape = shape;
    }

    void run(LawContext context) {
        context.withStorage(storage -> {
            for (List<Command> commands : Corpus.of(shape.type().name(), Command::parse)) {
                check(context, storage, possible(storage, commands), "a list that failed before");
            }
            for (int list = 0; list < context.lists(); list++) {
                long seed = context.seed() + list;
                List<Command> commands = possible(storage, CommandLists.random(seed));
                check(context, storage, commands, "replay with -Dstoreway.seed=" + seed);
            }
        });
    }

    /** The commands, limited to one partition each if the storage can only write one at a time. */
    private List<Command> possible(Storage storage, List<Command> commands) {
        return storage.capabilities().has(Capability.UNITS_OF_WORK)
                ? commands
                : commands.stream().map(shape::withinOnePartition).toList();
    }

    private void check(LawContext context, Storage storage, List<Command> commands, String origin) {
        Interpreter<T> interpreter = new Interpreter<>(shape, storage);
        interpreter.clear();
        Mismatch mismatch = mismatch(interpreter, commands, context);
        context.effective(commands.size());
        if (mismatch == null) {
            return;
        }
        if (fresh(context, commands) == null) {
            throw mismatch.failure("only after other lists of commands, cleared before (%s):%n%s"
                    .formatted(origin, Command.text(commands)));
        }
        List<Command> minimal = CommandLists.shortest(commands, shorter -> fresh(context, shorter) != null);
        Mismatch shortest = Objects.requireNonNullElse(fresh(context, minimal), mismatch);
        throw shortest.failure("after %d commands (%s):%n%s%ncorpus line: %s %s"
                .formatted(
                        minimal.size(),
                        origin,
                        minimal.stream().map(this::describe).collect(Collectors.joining("\n")),
                        shape.type().name(),
                        Command.text(minimal)));
    }

    private String describe(Command command) {
        return command.kind() + " " + shape.items(command);
    }

    private @Nullable Mismatch fresh(LawContext context, List<Command> commands) {
        AtomicReference<@Nullable Mismatch> mismatch = new AtomicReference<>();
        context.withStorage(storage -> mismatch.set(mismatch(new Interpreter<>(shape, storage), commands, context)));
        return mismatch.get();
    }

    private @Nullable Mismatch mismatch(Interpreter<T> interpreter, List<Command> commands, LawContext context) {
        Model<T> model = new Model<>(shape);
        for (Command command : commands) {
            String expected = model.answer(command);
            String actual;
            try {
                actual = interpreter.answer(command);
            } catch (RuntimeException e) {
                return new Mismatch("%s threw %s, the model answered %s".formatted(describe(command), e, expected), e);
            }
            if (!expected.equals(actual)) {
                return new Mismatch(
                        "%s answered %s, the model %s".formatted(describe(command), actual, expected), null);
            }
            context.tried(command.kind().name(), model.succeeds(actual));
        }
        return null;
    }
}
