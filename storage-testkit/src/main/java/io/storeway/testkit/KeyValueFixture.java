package io.storeway.testkit;

import io.storeway.Capability;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Opens the key-value stores that a conformance test runs against. */
@FunctionalInterface
public interface KeyValueFixture {

    /** A fresh, empty store. The test closes it; its data may stay or go then. */
    KeyValueStore open();

    /**
     * A fresh store that holds the entries. A fixture for a read-only store has to say how they get there; one that can't be
     * kept is refused with {@link io.storeway.error.InvalidValueException}.
     */
    default KeyValueStore open(List<Write> content) {
        KeyValueStore store = open();
        try {
            if (store.capabilities().has(Capability.UNITS_OF_WORK)) {
                store.commit(List.of(), content);
            } else {
                content.forEach(write -> store.commit(List.of(), List.of(write)));
            }
            return store;
        } catch (RuntimeException | Error e) {
            store.close();
            throw e;
        }
    }

    /**
     * The store that was opened last, with its data, after it was closed. A fixture for a store that is {@linkplain
     * KeyValueStore#durable() durable} has to say how.
     */
    default KeyValueStore reopen() {
        throw new UnsupportedOperationException(
                "The store is durable, so its fixture has to implement reopen, or be made by KeyValueFixture.at");
    }

    /**
     * Stores by place: a new number is a fresh store, the same number the same data.
     *
     * <pre>{@code
     * KeyValueFixture.at(n -> folder.resolve(n + ".mv"), MvStore::open)
     * }</pre>
     */
    static <P> KeyValueFixture at(IntFunction<P> places, Function<P, ? extends KeyValueStore> opener) {
        return new NumberedStores<>(places, opener);
    }
}
