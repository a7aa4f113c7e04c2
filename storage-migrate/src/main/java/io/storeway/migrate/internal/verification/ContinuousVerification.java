package io.storeway.migrate.internal.verification;

import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.migrate.Difference;
import io.storeway.migrate.MigrationPlan;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.StopReason;
import io.storeway.migrate.VerificationReport;
import io.storeway.migrate.VerifyOptions;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.migrate.internal.PartitionDigest;
import io.storeway.migrate.internal.run.Budget;
import io.storeway.migrate.internal.run.Meter;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.ScanPage;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Compares both sides round after round: first every partition of the source with the target's, then the partitions that only the
 * target has. Holds one page in memory, and keeps the position in the target.
 */
public final class ContinuousVerification {

    private static final Duration BETWEEN_ROUNDS = Duration.ofSeconds(1);
    private static final Duration SAVED_AFTER = Duration.ofSeconds(5);

    private final Pairing pair;
    private final @Nullable MigrationPlan plan;
    private final Consumer<VerificationReport> rounds;
    private final boolean kept;
    private final Budget budget;
    private final Map<String, VerifiedTo> reached = new TreeMap<>();
    private final Map<String, List<Difference>> examples = new TreeMap<>();
    private String planHash = "";
    private long savedNanos;

    public ContinuousVerification(Pairing pair, @Nullable MigrationPlan plan, Consumer<VerificationReport> rounds) {
        this.pair = pair;
        this.plan = plan;
        this.rounds = rounds;
        this.kept = pair.target().capabilities().has(Capability.WRITES);
        this.budget = new Budget(
                pair.pace().limits(), pair.pace().timer(), pair.pace().gate());
    }

    public StopReason run() {
        pair.pace().gate().enter();
        try {
            planHash = retried(pair.planner()::hash);
            long round = resume();
            while (true) {
                StopReason reason = round(round);
                if (reason != null) {
                    return reason;
                }
                round++;
                pair.pace().timer().await(BETWEEN_ROUNDS);
            }
        } finally {
            pair.pace().gate().leave();
        }
    }

    /** Reads the kept positions and returns the round to go on with: the one that was begun, or the next. */
    private long resume() {
        if (kept) {
            retried(() -> {
                pair.target().replica().prepare(List.of(VerifiedTo.TYPE));
                return planHash;
            });
            for (EntityType<?> type : pair.types()) {
                retried(() -> pair.target().repository(VerifiedTo.TYPE).find(type.name()))
                        .ifPresent(position -> reached.put(type.name(), position));
            }
        }
        long last = reached.values().stream().mapToLong(VerifiedTo::round).max().orElse(1);
        boolean ended = pair.types().stream().allMatch(type -> at(type, last).ended());
        return ended ? last + 1 : last;
    }

    private VerifiedTo at(EntityType<?> type, long round) {
        return Optional.ofNullable(reached.get(type.name()))
                .filter(position -> position.of(round, planHash))
                .orElseGet(() -> VerifiedTo.start(type.name(), planHash, round, now()));
    }

    private Instant now() {
        return pair.clock().instant().truncatedTo(ChronoUnit.MILLIS);
    }

    /** Compares until the round is over. Returns why it stopped before that, or null. */
    private @Nullable StopReason round(long round) {
        Instant startedAt = pair.clock().instant();
        long start = pair.pace().timer().nanos();
        Meter meter = new Meter(pair.pace().timer(), plan, 2);
        examples.clear();
        for (EntityType<?> type : pair.types()) {
            VerifiedTo position = at(type, round);
            while (!position.ended()) {
                StopReason reason = budget.await();
                if (reason != null) {
                    save(position);
                    return reason;
                }
                position = page(type, position, meter);
                reached.put(type.name(), position);
                if (position.ended() || pair.pace().timer().nanos() - savedNanos >= SAVED_AFTER.toNanos()) {
                    save(position);
                }
            }
        }
        rounds.accept(new VerificationReport(
                startedAt,
                Duration.ofNanos(pair.pace().timer().nanos() - start),
                1,
                pair.types().stream()
                        .map(type -> at(type, round).report(examples.getOrDefault(type.name(), List.of())))
                        .toList()));
        return null;
    }

    private void save(VerifiedTo position) {
        if (kept) {
            retried(() -> {
                pair.target().repository(VerifiedTo.TYPE).save(position);
                return position;
            });
        }
        savedNanos = pair.pace().timer().nanos();
    }

    /**
     * What was read of one side on a page.
     *
     * @param suspects the partitions that seem to differ from the other side
     */
    private record PageRead(long partitions, long items, long residue, List<String> suspects) {}

    private VerifiedTo page(EntityType<?> type, VerifiedTo position, Meter meter) {
        long start = pair.pace().timer().nanos();
        Storage walked = position.sourceRead() ? pair.target() : pair.source();
        ScanPage page = retried(() -> walked.replica().scan(type, position.cursor(), pair.readAtOnce()));
        PartitionDigest digest = new PartitionDigest(
                type, LiveRows.of(type, pair.clock().instant()), pair.planner().carried(type));
        PageRead read = read(type, page.partitions(), digest, position.sourceRead());
        DifferenceFinder finder = new DifferenceFinder(pair, type, digest, VerifyOptions.FULL);
        if (!read.suspects().isEmpty()) {
            finder.compare(read.suspects());
            List<Difference> known = examples.computeIfAbsent(type.name(), name -> new ArrayList<>());
            finder.examples().stream()
                    .limit(Verification.MAX_EXAMPLES - known.size())
                    .forEach(known::add);
        }
        budget.used(read.items(), page.partitions(), 0, pair.pace().timer().nanos() - start);
        VerifiedTo after = position.plus(read.partitions(), read.items(), read.residue(), finder, page.next(), now());
        pair.listener()
                .progress(
                        position.sourceRead()
                                ? meter.at(
                                        ProgressListener.Phase.VERIFY_TARGET,
                                        type.name(),
                                        after.targetPartitions(),
                                        after.targetItems())
                                : meter.at(
                                        ProgressListener.Phase.VERIFY_SOURCE,
                                        type.name(),
                                        after.sourcePartitions(),
                                        after.sourceItems()));
        return after;
    }

    /** Compares partitions of one side with the same ones of the other. */
    private PageRead read(EntityType<?> type, List<PartitionState> states, PartitionDigest digest, boolean ofTarget) {
        Storage other = ofTarget ? pair.source() : pair.target();
        List<Key> keys = states.stream().map(PartitionState::key).toList();
        List<PartitionState> others = retried(() -> other.replica().read(type, keys));
        List<String> suspects = new ArrayList<>();
        long partitions = 0;
        long items = 0;
        long residue = 0;
        for (int i = 0; i < others.size(); i++) {
            PartitionDigest.Summary here = digest.of(states.get(i));
            PartitionDigest.Summary there = digest.of(others.get(i));
            partitions += here.items() > 0 ? 1 : 0;
            items += here.items();
            residue += here.residue();
            // Partitions that the source has were compared when the source was read.
            if (!here.sameContent(there) && (!ofTarget || there.items() == 0)) {
                suspects.add(here.key());
            }
        }
        return new PageRead(partitions, items, residue, suspects);
    }

    private <R> R retried(Supplier<R> call) {
        return pair.pace().retries().call(call);
    }
}
