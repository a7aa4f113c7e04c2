package io.storeway.testkit;

import io.storeway.EntityType;
import io.storeway.Key;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;

/**
 * How the stateful laws make records of an entity type: few keys, so that commands meet the same record often.
 *
 * @param type the entity type
 * @param make a record with the owner and name of that number and some content
 * @param partition the partition key of an owner
 * @param key the key of a record
 */
record Shape<T>(EntityType<T> type, Maker<T> make, Function<Integer, Key> partition, Function<T, Key> key) {

    private static final List<String> NAMES = List.of("a", "A", "a:b", "a%3Ab", "é", "e\u0301", " x", "__storeway");

    /** Makes a record. */
    @FunctionalInterface
    interface Maker<T> {
        /** The record of an owner with a name and a content chosen by number. */
        T make(int owner, int name, int content);
    }

    static final int OWNERS = 3;
    static final int NAME_COUNT = NAMES.size();

    static final Shape<LawTypes.Single> SINGLES = new Shape<>(
            LawTypes.SINGLES,
            (owner, name, content) ->
                    new LawTypes.Single(NAMES.get(name), content % 3 == 0 ? null : content, "text " + content % 4),
            owner -> Key.of(NAMES.get(owner)),
            item -> Key.of(item.id()));

    static final Shape<LawTypes.Item> ITEMS = new Shape<>(
            LawTypes.ITEMS,
            (owner, name, content) ->
                    new LawTypes.Item(NAMES.get(owner), NAMES.get(name), content % 3 == 0 ? null : (long) content),
            owner -> Key.of(NAMES.get(owner)),
            item -> Key.of(item.owner(), item.name()));

    static final Shape<LawTypes.Member> MEMBERS = new Shape<>(
            LawTypes.MEMBERS,
            (owner, name, content) -> new LawTypes.Member(NAMES.get(name)),
            owner -> Key.EMPTY,
            item -> Key.of(item.name()));

    T random(SplittableRandom random) {
        return make.make(random.nextInt(OWNERS), random.nextInt(NAME_COUNT), random.nextInt(100));
    }

    Key partitionOf(T item) {
        int size = type.partitionKey().size();
        return new Key(key.apply(item).values().subList(0, size));
    }
}
