package io.storeway.migrate.routing.internal.convergence;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.migrate.Difference;
import io.storeway.migrate.Migration;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.VerifyOptions;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.replication.Sides;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A full comparison of both sides while they are written. A partition that differs is looked at again until it is equal, or
 * differs without being written, which is a confirmed difference.
 */
public final class LiveVerification {

    private static final int LOOKS = 20;
    private static final Duration BETWEEN = Duration.ofMillis(50);

    private final Sides sides;
    private final RoutingOptions options;
    private final StableComparison comparison;

    public LiveVerification(Sides sides, RoutingOptions options) {
        this.sides = sides;
        this.options = options;
        this.comparison = new StableComparison(sides, options.clock());
    }

    /**
     * What a comparison has found.
     *
     * @param report of the first comparison of everything
     * @param confirmed the differences that were there at two looks with no write between
     * @param unsettled how many partitions differed and were written at every look, or were too many to look at again
     */
    public record Finding(VerificationReport report, List<Difference> confirmed, long unsettled) {
        public boolean clean() {
            return confirmed.isEmpty() && unsettled == 0;
        }
    }

    /** Compares everything once, and tells the listener every difference, including those that writes in flight explain. */
    VerificationReport look(Side authority, ProgressListener listener) {
        return Migration.from(sides.of(authority))
                .to(sides.of(authority.other()))
                .clock(options.clock())
                .withoutReadingAhead()
                .retries(0, BETWEEN)
                .listener(listener)
                .build()
                .verify(VerifyOptions.FULL.withLooks(1, BETWEEN));
    }

    public Finding run(Side authority) {
        VerificationReport report = look(authority, (phase, entity, partitions, items) -> {});
        List<Difference> confirmed = new ArrayList<>();
        long unsettled = 0;
        for (VerificationReport.Entity entity : report.entities()) {
            EntityType<?> type = sides.type(entity.entity());
            unsettled += entity.differences() - entity.examples().size();
            Set<String> partitions = new LinkedHashSet<>();
            entity.examples().forEach(example -> partitions.add(example.partition()));
            for (String partition : partitions) {
                Optional<List<Difference>> settled = settle(authority, type, Key.parse(partition, type.partitionKey()));
                settled.ifPresent(confirmed::addAll);
                unsettled += settled.isPresent() ? 0 : 1;
            }
        }
        return new Finding(report, confirmed, unsettled);
    }

    private Optional<List<Difference>> settle(Side authority, EntityType<?> type, Key partition) {
        for (int look = 0; look < LOOKS; look++) {
            Optional<List<Difference>> found = comparison.compare(authority, type, partition);
            if (found.isPresent()) {
                return found;
            }
            options.pause().await(BETWEEN);
        }
        return Optional.empty();
    }
}
