package io.storeway.testkit.laws;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import java.util.List;

/** What a law begins with. */
final class Given {

    private Given() {}

    /** Adds records that may belong to several partitions: one by one to a storage that writes a partition at a time. */
    static <T> void records(Storage storage, EntityType<T> type, List<? extends T> records) {
        Repository<T> repository = storage.repository(type);
        if (storage.capabilities().has(Capability.UNITS_OF_WORK)) {
            repository.insertAll(records);
        } else {
            records.forEach(repository::insert);
        }
    }
}
