package io.storeway.testkit.laws;

import io.storeway.Key;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The expected behaviour of a repository without order and expiry: a sorted map. Answers as {@link Interpreter} does. */
final class Model<T> {

    private final Shape<T> shape;
    private final TreeMap<Key, T> records;

    Model(Shape<T> shape) {
        this.shape = shape;
        this.records = new TreeMap<>(keyOrder(shape));
    }

    private static Comparator<Key> keyOrder(Shape<?> shape) {
        return (left, right) -> {
            for (int i = 0; i < left.values().size(); i++) {
                int order = shape.type()
                        .key()
                        .get(i)
                        .type()
                        .compare(left.values().get(i), right.values().get(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        };
    }

    /** Whether an answer shows that the command did what it is for: it is neither a refusal, nor did the command find nothing. */
    boolean succeeds(String answer) {
        return answer.equals("done") || answer.equals("true") || answer.startsWith("[") || answer.matches("\\d+");
    }

    String answer(Command command) {
        List<T> items = shape.items(command);
        Key first = shape.key().apply(items.get(0));
        return switch (command.kind()) {
            case INSERT, INSERT_ALL -> insert(items);
            case UPDATE -> {
                boolean there = records.containsKey(first);
                if (there) {
                    records.put(first, items.get(0));
                }
                yield there ? "done" : "RecordNotFoundException";
            }
            case SAVE, SAVE_ALL -> {
                items.forEach(item -> records.put(shape.key().apply(item), item));
                yield "done";
            }
            case DELETE -> String.valueOf(records.remove(first) != null);
            case FIND_ALL -> {
                List<@Nullable T> found = new ArrayList<>();
                items.forEach(item -> found.add(records.get(shape.key().apply(item))));
                yield found.toString();
            }
            case REPLACE -> replace(items);
            case CLEAR -> {
                remove(shape.partitionOf(items.get(0)));
                yield "done";
            }
            case LIST -> partition(shape.partitionOf(items.get(0))).toString();
            case COUNT -> String.valueOf(records.size());
        };
    }

    private String insert(List<T> items) {
        HashSet<Key> seen = new HashSet<>(records.keySet());
        for (T item : items) {
            if (!seen.add(shape.key().apply(item))) {
                return "UNIQUE " + shape.type().sql().primaryKey();
            }
        }
        items.forEach(item -> records.put(shape.key().apply(item), item));
        return "done";
    }

    private String replace(List<T> items) {
        HashSet<Key> seen = new HashSet<>();
        for (T item : items) {
            if (!seen.add(shape.key().apply(item))) {
                return "UNIQUE " + shape.type().sql().primaryKey();
            }
        }
        remove(shape.partitionOf(items.get(0)));
        items.forEach(item -> records.put(shape.key().apply(item), item));
        return "done";
    }

    private void remove(Key partition) {
        records.values().removeIf(item -> shape.partitionOf(item).equals(partition));
    }

    private List<T> partition(Key partition) {
        return records.entrySet().stream()
                .filter(record -> shape.partitionOf(record.getValue()).equals(partition))
                .map(Map.Entry::getValue)
                .toList();
    }
}
