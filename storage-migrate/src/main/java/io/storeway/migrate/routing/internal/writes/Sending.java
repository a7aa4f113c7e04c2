package io.storeway.migrate.routing.internal.writes;

import io.storeway.migrate.routing.internal.membership.View;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Touched;
import io.storeway.spi.PartitionState;
import io.storeway.spi.Version;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** A write on its way from the authority to the follower. It ends once; what comes later changes nothing. Thread-safe. */
final class Sending {

    private final View view;
    private final List<Touched.Batch> batches;
    private final Consumer<Boolean> ended;
    private final int rows;
    private final AtomicBoolean over = new AtomicBoolean();

    /** With what is told in the end whether the follower has the write. */
    Sending(View view, List<Touched.Batch> batches, Consumer<Boolean> ended) {
        this.view = view;
        this.batches = batches;
        this.ended = ended;
        this.rows = Math.max(1, rows(batches));
    }

    private static int rows(List<Touched.Batch> batches) {
        int rows = 0;
        for (Touched.Batch batch : batches) {
            for (PartitionState state : batch.states()) {
                rows += state.items().size();
            }
        }
        return rows;
    }

    /** The stage in which it was committed. */
    View view() {
        return view;
    }

    /** What the changed partitions hold, parents before those that refer to them. */
    List<Touched.Batch> batches() {
        return batches;
    }

    /** How many rows it carries; one at least, as a write without any is held in memory too. */
    int rows() {
        return rows;
    }

    /** Whether it has ended. */
    boolean over() {
        return over.get();
    }

    /** Ends it with the versions that the follower has reached; says whether it had not ended before. */
    boolean end(Map<PartitionId, Version> reached) {
        boolean first = over.compareAndSet(false, true);
        if (first) {
            ended.accept(reached.keySet().containsAll(Touched.ids(batches)));
        }
        return first;
    }
}
