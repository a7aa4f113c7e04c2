package io.storeway.testkit.laws;

import io.storeway.Capability;
import io.storeway.error.StorageException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs commands on a key-value store. Answers as {@link StoreModel} does, or that a version didn't grow. */
final class StoreRun {

    private static final int PAGES = 200;
    private static final int LISTED_AT_ONCE = 5;

    private final KeyValueStore store;
    private final boolean units;
    private final boolean conditions;
    private final Map<String, Long> highest = new HashMap<>();

    StoreRun(KeyValueStore store) {
        this.store = store;
        this.units = store.capabilities().has(Capability.UNITS_OF_WORK);
        this.conditions = store.capabilities().has(Capability.CONDITIONAL_WRITES);
    }

    /** Whether the store supports the command: some stores commit only one key at a time, some know no conditions. */
    boolean possible(StoreCommand command) {
        return (units || command.writes().size() == 1)
                && (conditions || !command.kind().conditional());
    }

    String answer(StoreCommand command) {
        String key = command.first().name();
        try {
            return switch (command.kind()) {
                case PUT, DELETE, COMMIT -> commit(List.of(), command.writes());
                case PUT_ABSENT -> commit(List.of(new Expectation(key, 0)), command.writes());
                case PUT_VERSION, DELETE_VERSION ->
                    commit(List.of(new Expectation(key, version(key))), command.writes());
                case PUT_STALE, DELETE_STALE -> commit(List.of(stale(command.first())), command.writes());
                case COMMIT_UNMET -> commit(someUnmet(command), command.writes());
                case GET -> StoreModel.shown(store.get(key));
                case GET_ALL -> getAll(command);
                case LIST -> list(command.prefix(), command.limit());
                case PURGE -> String.valueOf(store.purge(command.first().time()));
            };
        } catch (StorageException e) {
            return e.getClass().getSimpleName();
        }
    }

    private String commit(List<Expectation> expectations, List<Write> writes) {
        store.commit(expectations, writes);
        for (Write write : writes) {
            long version = version(write.key());
            long before = highest.getOrDefault(write.key(), 0L);
            if (write.value() == null && version != 0) {
                return "done, and '%s' is still there".formatted(write.key());
            }
            if (conditions && write.value() != null && version <= before) {
                return "done, with version %d after %d".formatted(version, before);
            }
            highest.put(write.key(), Math.max(version, before));
        }
        return StoreModel.DONE;
    }

    private long version(String key) {
        Entry entry = store.get(key);
        return entry == null ? 0 : entry.version();
    }

    /** An expectation of a version that the key doesn't have: an earlier one, or one that isn't given yet. */
    private Expectation stale(StoreCommand.Pick pick) {
        long now = version(pick.name());
        long before = now == 0 ? highest.getOrDefault(pick.name(), 0L) : now - 1;
        return new Expectation(pick.name(), pick.content() % 2 == 0 && before > 0 ? before : now + 1);
    }

    /** Expectations of which only the last is not met. */
    private List<Expectation> someUnmet(StoreCommand command) {
        List<Expectation> expectations = new ArrayList<>();
        for (StoreCommand.Pick pick : command.picks()) {
            expectations.add(new Expectation(pick.name(), version(pick.name())));
        }
        int last = expectations.size() - 1;
        expectations.set(last, stale(command.picks().get(last)));
        return expectations;
    }

    private String getAll(StoreCommand command) {
        List<String> keys =
                command.picks().stream().map(StoreCommand.Pick::name).toList();
        List<String> found = new ArrayList<>();
        for (Entry entry : store.getAll(keys)) {
            found.add(StoreModel.shown(entry));
        }
        return found.toString();
    }

    private String list(String prefix, int limit) {
        List<String> found = new ArrayList<>();
        @Nullable String cursor = null;
        for (int page = 0; page < PAGES; page++) {
            Listing listing = store.list(prefix, cursor, limit);
            listing.entries().forEach(entry -> found.add(StoreModel.shown(entry)));
            cursor = listing.next();
            if (cursor == null) {
                return found.toString();
            }
        }
        return "a listing without end";
    }

    /** All that is there, in order. */
    String all() {
        return list("", LISTED_AT_ONCE);
    }

    /** Removes every key that a command can name, so that another list of commands begins with nothing. */
    void clear() {
        List<Write> deletions = StoreCommand.KEYS.stream().map(Write::delete).toList();
        if (units) {
            store.commit(List.of(), deletions);
        } else {
            KeyValueLaws.each(store, deletions);
        }
    }
}
