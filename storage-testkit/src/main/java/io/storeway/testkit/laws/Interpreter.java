package io.storeway.testkit.laws;

import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.StorageException;
import java.util.List;

/** Runs commands on a storage. An answer is a text, so that answers can be compared: a result, or the name of a refusal. */
final class Interpreter<T> {

    private final Shape<T> shape;
    private final Repository<T> repository;

    Interpreter(Shape<T> shape, Storage storage) {
        this.shape = shape;
        this.repository = storage.repository(shape.type());
    }

    String answer(Command command) {
        List<T> items = shape.items(command);
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

    /** Removes every record that a command can name, so that another list of commands begins with nothing. */
    void clear() {
        shape.partitions()
                .forEach(partition ->
                        repository.partition(partition.values().toArray()).clear());
    }

    private static String done(Runnable write) {
        write.run();
        return "done";
    }
}
