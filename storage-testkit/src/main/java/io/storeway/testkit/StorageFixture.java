package io.storeway.testkit;

import io.storeway.Catalog;
import io.storeway.Storage;
import java.time.Clock;

/** Opens the storages that a conformance test runs against. */
@FunctionalInterface
public interface StorageFixture {

    /** A fresh, empty storage. The test closes it; its data may stay or go then. */
    Storage open(Catalog catalog, Clock clock);
}
