package io.storeway.testkit.laws;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.testkit.laws.Command.Pick;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * Makes the records of an entity type for the stateful laws. There are few keys, so that commands often meet the same record.
 *
 * @param type the entity type
 * @param make a record with the owner and name of that number and some content
 * @param key the key of a record
 */
record Shape<T>(EntityType<T> type, Maker<T> make, Function<T, Key> key) {

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
            item -> Key.of(item.id()));

    static final Shape<LawTypes.Item> ITEMS = new Shape<>(
            LawTypes.ITEMS,
            (owner, name, content) ->
                    new LawTypes.Item(NAMES.get(owner), NAMES.get(name), content % 3 == 0 ? null : (long) content),
            item -> Key.of(item.owner(), item.name()));

    static final Shape<LawTypes.Member> MEMBERS = new Shape<>(
            LawTypes.MEMBERS,
            (owner, name, content) -> new LawTypes.Member(NAMES.get(name)),
            item -> Key.of(item.name()));

    /** The records of a command. Those that replace a partition all belong to the partition of the first. */
    List<T> items(Command command) {
        Pick first = command.picks().get(0);
        boolean onePartition = command.kind() == Command.Kind.REPLACE;
        boolean oneName = onePartition && type.identity().isEmpty();
        return command.picks().stream()
                .map(pick -> make.make(
                        onePartition ? first.owner() : pick.owner(),
                        oneName ? first.name() : pick.name(),
                        pick.content()))
                .toList();
    }

    /** The command with the records of its first partition alone, for a storage that writes a partition at a time. */
    Command withinOnePartition(Command command) {
        if (command.kind() != Command.Kind.INSERT_ALL && command.kind() != Command.Kind.SAVE_ALL) {
            return command;
        }
        Key partition = partitionOf(command.picks().get(0));
        return new Command(
                command.kind(),
                command.picks().stream()
                        .filter(pick -> partitionOf(pick).equals(partition))
                        .toList());
    }

    private Key partitionOf(Pick pick) {
        return partitionOf(make.make(pick.owner(), pick.name(), pick.content()));
    }

    /** Every partition that a command can name. */
    Set<Key> partitions() {
        Set<Key> partitions = new LinkedHashSet<>();
        for (int owner = 0; owner < OWNERS; owner++) {
            for (int name = 0; name < NAME_COUNT; name++) {
                partitions.add(partitionOf(make.make(owner, name, 0)));
            }
        }
        return partitions;
    }

    Key partitionOf(T item) {
        int size = type.partitionKey().size();
        return new Key(key.apply(item).values().subList(0, size));
    }
}
