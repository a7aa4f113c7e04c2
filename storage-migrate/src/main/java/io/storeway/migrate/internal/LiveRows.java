package io.storeway.migrate.internal;

import io.storeway.EntityType;
import io.storeway.Row;
import io.storeway.spi.PartitionState;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Leaves out the rows that have expired at one instant, which is the same for both sides of a run. */
public record LiveRows(int expiryField, Instant now) {

    /** Judges by the expiry field of the type, if it has one. */
    public static LiveRows of(EntityType<?> type, Instant now) {
        return new LiveRows(type.expiry().map(field -> field.index()).orElse(-1), now);
    }

    /** The state without rows that have expired. */
    public PartitionState of(PartitionState state) {
        if (expiryField < 0 || state.items().stream().allMatch(item -> live(item.row()))) {
            return state;
        }
        List<PartitionState.Item> live =
                state.items().stream().filter(item -> live(item.row())).toList();
        return new PartitionState(state.key(), state.version(), live, state.residue());
    }

    private boolean live(Row row) {
        @Nullable Object expiry = row.get(expiryField);
        return expiry == null || now.isBefore((Instant) expiry);
    }
}
