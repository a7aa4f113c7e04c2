package io.storeway.migrate.routing.internal.replication;

import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.spi.ForwardingReplica;
import io.storeway.spi.ForwardingStorage;
import io.storeway.spi.ReplicaStore;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A side of a migration as a backfill of one term sees it: states of earlier terms have the first version of this term, and units of
 * work are fenced. Closing it closes nothing.
 */
public final class TermStorage extends ForwardingStorage {

    private final String migration;
    private final long term;

    public TermStorage(Storage inner, String migration, long term) {
        super(inner);
        this.migration = migration;
        this.term = term;
    }

    @Override
    public ReplicaStore replica() {
        return new ForwardingReplica(super.replica()) {
            // Empty, because instances may reach a side by different names. Its role says which storage it is.
            @Override
            public String identity() {
                return "";
            }

            @Override
            public ScanPage scan(EntityType<?> type, @Nullable String cursor, int limit) {
                ScanPage page = super.scan(type, cursor, limit);
                return new ScanPage(
                        page.partitions().stream()
                                .map(state -> Sides.stamped(state, term))
                                .toList(),
                        page.next());
            }

            @Override
            public <R> R transact(Function<? super ReplicaUnit, ? extends R> work) {
                return super.transact(unit -> {
                    Fence.pass(unit, migration, term);
                    return work.apply(unit);
                });
            }
        };
    }

    @Override
    public void close() {
        // The storage belongs to whoever handed it in.
    }
}
