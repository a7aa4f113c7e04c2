package io.storeway.sql;

import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.error.ErrorContext;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import java.util.List;

/** One database transaction. */
final class SqlUnit implements ReplicaStore.ReplicaUnit {

    private final SqlStorage storage;
    private final Execution execution;
    private final SqlRows rows;

    SqlUnit(SqlStorage storage, Execution execution) {
        this.storage = storage;
        this.execution = execution;
        this.rows = storage.rows(execution);
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        return storage.repository(type, rows);
    }

    @Override
    public List<ReplicaStore.Applied> apply(EntityType<?> type, List<PartitionState> states) {
        ErrorContext context = new ErrorContext("apply", storage.name(), type.name(), null);
        return execution.atomic(context, session -> storage.apply().apply(session, type, states));
    }
}
