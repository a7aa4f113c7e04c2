package io.storeway.migrate.routing.internal.membership;

import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** A stage record as one instance uses it, with the number of writes that run under it. */
public final class View {

    private final StageRecord record;
    private final Cohorts cohorts;
    private final AtomicLong writes = new AtomicLong();

    View(StageRecord record) {
        this.record = record;
        this.cohorts = new Cohorts(
                record.migration(), record.percent(), Set.copyOf(record.included()), Set.copyOf(record.excluded()));
    }

    public StageRecord record() {
        return record;
    }

    public Stage stage() {
        return record.stage();
    }

    AtomicLong writes() {
        return writes;
    }

    /** The side that the stage names for a read of a partition; its routing key is computed only where it matters. */
    public Side reads(Supplier<String> routingKey) {
        return switch (record.reading()) {
            case OFF, DUAL_WRITE, SHADOW, SWITCHING -> Side.OLD;
            case READ_NEW -> cohorts.everything() || cohorts.readsNew(routingKey.get()) ? Side.NEW : Side.OLD;
            case LIVE, RAMP_DOWN, COMPLETE -> Side.NEW;
        };
    }

    /** The side that the stage names for a read across partitions: the new one once every partition is read there. */
    public Side readsAcross() {
        return switch (record.reading()) {
            case OFF, DUAL_WRITE, SHADOW, SWITCHING -> Side.OLD;
            case READ_NEW -> cohorts.everything() ? Side.NEW : Side.OLD;
            case LIVE, RAMP_DOWN, COMPLETE -> Side.NEW;
        };
    }
}
