package io.storeway.testkit.laws;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.testkit.StorageFixture;
import java.util.function.Consumer;
import java.util.function.Function;

/** Opens fresh storages for a law. */
final class LawContext extends Evidence {

    private final StorageFixture fixture;

    LawContext(StorageFixture fixture, long seed, int lists) {
        super(seed, lists);
        this.fixture = fixture;
    }

    void withStorage(Consumer<Storage> work) {
        withStorage(LawTypes.CATALOG, work);
    }

    void withStorage(Catalog catalog, Consumer<Storage> work) {
        try (Storage storage = fixture.open(catalog, clock())) {
            work.accept(storage);
        }
    }

    <R> R answer(Function<Storage, R> work) {
        try (Storage storage = fixture.open(LawTypes.CATALOG, clock())) {
            return work.apply(storage);
        }
    }

    /** The storage that was opened last, again. */
    void withSameStorage(Consumer<Storage> work) {
        try (Storage storage = fixture.reopen(LawTypes.CATALOG, clock())) {
            work.accept(storage);
        }
    }
}
