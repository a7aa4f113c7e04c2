package io.storeway.testkit.laws;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Storage;
import java.util.List;

/** Inserts the records that a law begins with. */
final class Given {

    private Given() {}

    /** Inserts records of any partitions; one by one if the storage can only write one partition at a time. */
    static <T> void records(Storage storage, EntityType<T> type, List<? extends T> records) {
        Repository<T> repository = storage.repository(type);
        if (storage.capabilities().has(Capability.UNITS_OF_WORK)) {
            repository.insertAll(records);
        } else {
            records.forEach(repository::insert);
        }
    }
}
