package io.storeway.testkit;

import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.StorageException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Random command lists give the same answers as a sorted map. A failing list is made as short as it gets by leaving out
 * commands, and printed with the seed that replays it.
 */
final class ModelLaw<T> {

    private static final int MAX_COMMANDS = 30;

    private final Shape<T> shape;

    ModelLaw(Shape<T> shape) {
        this.shape = shape;
    }

    void run(LawContext context) {
        for (int list = 0; list < context.lists(); list++) {
            long seed = context.seed() + list;
            List<Command<T>> commands = commands(new SplittableRandom(seed));
            String failure = failure(context, commands);
            if (failure != null) {
                List<Command<T>> minimal = shrink(context, commands);
                throw new AssertionError("%s%nafter %d commands (seed %d, replay with -Dstoreway.seed=%d):%n%s"
                        .formatted(
                                failure(context, minimal),
                                minimal.size(),
                                seed,
                                seed,
                                minimal.stream().map(Object::toString).collect(Collectors.joining("\n"))));
            }
            context.effective(commands.size());
        }
    }

    private List<Command<T>> commands(SplittableRandom random) {
        Command.Kind[] kinds = Command.Kind.values();
        return Stream.generate(() -> command(kinds[random.nextInt(kinds.length)], random))
                .limit(random.nextInt(1, MAX_COMMANDS + 1))
                .toList();
    }

    private Command<T> command(Command.Kind kind, SplittableRandom random) {
        int owner = random.nextInt(Shape.OWNERS);
        int count = switch (kind) {
            case INSERT_ALL, SAVE_ALL, FIND_ALL, REPLACE -> random.nextInt(1, 5);
            default -> 1;
        };
        boolean onePartition = kind == Command.Kind.REPLACE;
        List<T> items = new ArrayList<>();
        int name = random.nextInt(Shape.NAME_COUNT);
        for (int i = 0; i < count; i++) {
            items.add(
                    onePartition
                            ? shape.make()
                                    .make(
                                            owner,
                                            shape.type().identity().isEmpty() ? name : random.nextInt(Shape.NAME_COUNT),
                                            random.nextInt(100))
                            : shape.random(random));
        }
        return new Command<>(kind, items);
    }

    private @Nullable String failure(LawContext context, List<Command<T>> commands) {
        @Nullable String[] failure = new @Nullable String[1];
        context.withStorage(storage -> {
            Model<T> model = new Model<>(shape);
            for (Command<T> command : commands) {
                String expected = model.answer(command);
                String actual = answer(storage, command);
                if (!expected.equals(actual)) {
                    failure[0] = "%s answered %s, the model %s".formatted(command, actual, expected);
                    return;
                }
            }
        });
        return failure[0];
    }

    private List<Command<T>> shrink(LawContext context, List<Command<T>> failing) {
        List<Command<T>> best = failing;
        for (int size = best.size() / 2; size > 0; size /= 2) {
            for (int from = 0; from + size <= best.size(); ) {
                List<Command<T>> shorter = new ArrayList<>(best);
                shorter.subList(from, from + size).clear();
                if (failure(context, shorter) != null) {
                    best = shorter;
                } else {
                    from += size;
                }
            }
        }
        return best;
    }

    private String answer(Storage storage, Command<T> command) {
        Repository<T> repository = storage.repository(shape.type());
        List<T> items = command.items();
        Object[] key = shape.key().apply(items.get(0)).values().toArray();
        Object[] partition = shape.partitionOf(items.get(0)).values().toArray();
        try {
            return switch (command.kind()) {
                case INSERT -> done(() -> repository.insert(items.get(0)));
                case INSERT_ALL -> done(() -> repository.insertAll(items));
                case UPDATE -> done(() -> repository.update(items.get(0)));
                case SAVE -> done(() -> repository.save(items.get(0)));
                case SAVE_ALL -> done(() -> repository.saveAll(items));
                case DELETE -> String.valueOf(repository.delete(key));
                case FIND_ALL ->
                    repository.findAll(items.stream().map(shape.key()).toList()).toString();
                case REPLACE -> done(() -> repository.partition(partition).replace(items));
                case CLEAR -> done(() -> repository.partition(partition).clear());
                case LIST -> repository.partition(partition).list().toString();
                case COUNT -> String.valueOf(repository.all().allowScan().count());
            };
        } catch (ConstraintViolationException e) {
            return e.kind() + " " + e.constraint();
        } catch (StorageException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static String done(Runnable write) {
        write.run();
        return "done";
    }
}
