package io.storeway.sql.internal.store;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.error.ErrorContext;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore;
import io.storeway.sql.internal.store.Bookkeeping.Known;
import io.storeway.sql.internal.transaction.Execution;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One database transaction. */
public final class SqlUnit implements ReplicaStore.ReplicaUnit {

    private final SqlReplica replica;
    private final Execution execution;
    private final SqlRows rows;
    private final ExpectedVersions expected = new ExpectedVersions();

    SqlUnit(SqlReplica replica, Execution execution) {
        this.replica = replica;
        this.execution = execution;
        this.rows = replica.rows(execution);
    }

    @Override
    public <T> Repository<T> repository(EntityType<T> type) {
        return replica.repository(type, rows);
    }

    @Override
    public void expect(EntityType<?> type, List<Key> partitions) {
        if (replica.takesSeveralStatements()) {
            expected.note(type, partitions);
        }
    }

    @Override
    public List<PartitionState> read(EntityType<?> type, List<Key> partitions) {
        return execution.read(
                () -> context("read", type),
                session -> replica.states(session, type).read(partitions));
    }

    @Override
    public List<PartitionState> advance(EntityType<?> type, List<Key> partitions, long epoch) {
        return execution.atomic(() -> context("advance", type), session -> {
            Map<String, Known> given =
                    replica.bookkeeping().advance(session, type, partitions, epoch, expected.take(type, partitions));
            return replica.states(session, type).read(partitions, given, replica.newest(), replica.bookkeeping());
        });
    }

    @Override
    public <T> Optional<T> pin(EntityType<T> type, Key key) {
        return execution.read(
                () -> context("pin", type),
                session -> (expected.open()
                                ? replica.pinned(session, type, key, expected)
                                : replica.pinned(session, type, key))
                        .map(type::fromRow));
    }

    @Override
    public List<ReplicaStore.Applied> apply(EntityType<?> type, List<PartitionState> states) {
        List<Key> partitions = states.stream().map(PartitionState::key).toList();
        return execution.atomic(
                () -> context("apply", type),
                session -> replica.applying().apply(session, type, states, expected.take(type, partitions)));
    }

    private ErrorContext context(String operation, EntityType<?> type) {
        return replica.context(operation, type);
    }
}
