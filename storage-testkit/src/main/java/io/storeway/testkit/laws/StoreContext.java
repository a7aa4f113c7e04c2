package io.storeway.testkit.laws;

import io.storeway.error.InvalidValueException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.KeyValueFixture;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/** Opens fresh stores for a law of key-value stores. */
final class StoreContext extends Evidence {

    private final KeyValueFixture fixture;

    StoreContext(KeyValueFixture fixture, long seed, int lists) {
        super(seed, lists);
        this.fixture = fixture;
    }

    /** A fresh, empty store. */
    void withStore(Consumer<KeyValueStore> work) {
        withStore(List.of(), work);
    }

    /** A fresh store that has to hold the entries. */
    void withStore(List<Write> content, Consumer<KeyValueStore> work) {
        try (KeyValueStore store = fixture.open(content)) {
            work.accept(store);
        }
    }

    /** A fresh store with all of the entries that it does not refuse. */
    void withTaken(List<Write> candidates, BiConsumer<KeyValueStore, List<Write>> work) {
        List<Write> taken = takes(candidates)
                ? candidates
                : candidates.stream().filter(each -> takes(List.of(each))).toList();
        withStore(taken, store -> work.accept(store, taken));
    }

    /** Whether the store takes the entries. After an unexpected failure with several entries, each is tried alone, to name it. */
    private boolean takes(List<Write> content) {
        try {
            fixture.open(content).close();
            return true;
        } catch (InvalidValueException e) {
            return false;
        } catch (RuntimeException e) {
            if (content.size() > 1) {
                return false;
            }
            throw new AssertionError(
                    "%s is neither taken nor refused by an InvalidValueException: %s"
                            .formatted(StoreModel.shown(content.get(0)), e),
                    e);
        }
    }

    <R> R answer(Function<KeyValueStore, R> work) {
        try (KeyValueStore store = fixture.open(List.of())) {
            return work.apply(store);
        }
    }

    /** The store that was opened last, again. */
    void withSameStore(Consumer<KeyValueStore> work) {
        try (KeyValueStore store = fixture.reopen()) {
            work.accept(store);
        }
    }
}
