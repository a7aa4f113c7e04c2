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

    /** A fresh, empty store. The test closes it; afterwards its data is not needed unless it is reopened. */
    KeyValueStore open();

    /**
     * A fresh store that holds the entries. A fixture for a read-only store must override this.
     *
     * @throws io.storeway.error.InvalidValueException if the store can't hold one of the entries
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
     * Opens the store that was opened last again, with its data, after it was closed. A fixture for a {@linkplain
     * KeyValueStore#durable() durable} store must override this.
     */
    default KeyValueStore reopen() {
        throw new UnsupportedOperationException(
                "The store is durable, so its fixture has to implement reopen, or be made by KeyValueFixture.at");
    }

    /**
     * A fixture that numbers its stores: each number is a place of its own, and opening the same place again finds its data.
     *
     * <pre>{@code
     * KeyValueFixture.at(n -> folder.resolve(n + ".mv"), MvStore::open)
     * }</pre>
     */
    static <P> KeyValueFixture at(IntFunction<P> places, Function<P, ? extends KeyValueStore> opener) {
        return new NumberedStores<>(places, opener);
    }
}
