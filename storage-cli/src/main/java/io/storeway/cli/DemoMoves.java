package io.storeway.cli;

import io.storeway.migrate.BackfillReport;
import io.storeway.migrate.routing.Block;
import io.storeway.migrate.routing.Block.Guard;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.StageBlockedException;
import io.storeway.migrate.routing.StageChange;
import io.storeway.migrate.routing.StageControl;
import io.storeway.migrate.routing.StageStatus;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The operator of the demo: moves the migration through every stage, with one rollback from READ_NEW and one from LIVE, and
 * prints what happens. It tells from the stage and its history what is left to do, so that a run continues where one ended.
 */
final class DemoMoves {

    private static final String OPERATOR = "demo";
    /** How long a blocked step is tried again. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private static final Duration RETRY_PAUSE = Duration.ofMillis(200);

    private final StageControl control;
    private final DemoTraffic traffic;
    private final PrintWriter out;
    private final ProgressLine progress;
    private final Duration dwell;
    private final long start = System.nanoTime();
    private @Nullable BackfillReport backfill;

    DemoMoves(StageControl control, DemoTraffic traffic, PrintWriter out, ProgressLine progress, Duration dwell) {
        this.control = control;
        this.traffic = traffic;
        this.out = out;
        this.progress = progress;
        this.dwell = dwell;
    }

    /** The report on the backfill, or null if an earlier run made it. */
    @Nullable
    BackfillReport backfill() {
        return backfill;
    }

    /** Moves on until only COMPLETE is left. */
    void toRampDown() {
        StageStatus now = control.status();
        say(
                now.stage().name(),
                now.stage() == Stage.OFF ? "the application works on the blobs" : "continued where a run ended");
        while (now.stage() != Stage.RAMP_DOWN) {
            dwell();
            step(now);
            now = control.status();
        }
        dwell();
    }

    private void step(StageStatus now) {
        switch (now.stage()) {
            case OFF -> advance("every write follows in the tables");
            case DUAL_WRITE -> {
                if (now.synced()) {
                    advance("a sample of the reads is compared with the tables, off the request path");
                } else {
                    copy();
                }
            }
            case SHADOW -> advance("a share of the reads comes from the tables");
            case READ_NEW -> readNew(now);
            case LIVE -> {
                if (hasLeft(Stage.LIVE)) {
                    advance("nothing is compared any more; the blobs still follow");
                } else {
                    rollback("the blobs decide again, with everything written meanwhile");
                }
            }
            case SWITCHING -> LockSupport.parkNanos(RETRY_PAUSE.toNanos());
            case RAMP_DOWN, COMPLETE -> throw new IllegalStateException("There is no step after " + now.stage());
        }
    }

    private void readNew(StageStatus now) {
        if (!hasLeft(Stage.READ_NEW)) {
            control.percent(50, OPERATOR, "half of the reads");
            say("", "50 percent of the partitions are read from the tables");
            dwell();
            rollback("at once, because the blobs have every write");
        } else if (now.percent() < 100) {
            control.percent(100, OPERATOR, "all reads");
            say("", "100 percent of the partitions are read from the tables");
        } else {
            advance("the tables decide; every write follows in the blobs");
        }
    }

    /** Waits until no marks are left: while nobody writes, both sides become equal. */
    void drained() {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        while (!control.status().marks().equals(OptionalLong.of(0)) && System.nanoTime() < end) {
            LockSupport.parkNanos(RETRY_PAUSE.toNanos());
        }
    }

    /** Moves to COMPLETE. */
    void complete() {
        advance("the tables alone");
        dwell();
    }

    /** Whether a rollback from the stage is in the history. */
    private boolean hasLeft(Stage stage) {
        List<StageChange> history = control.history();
        for (int i = 0; i < history.size(); i++) {
            StageChange change = history.get(i);
            if (change.from() == stage && change.to().compareTo(stage) < 0) {
                boolean direct = change.to() != Stage.SWITCHING;
                if (direct || (i + 1 < history.size() && history.get(i + 1).to() == Stage.READ_NEW)) {
                    return true;
                }
            }
        }
        return false;
    }

    private void copy() {
        progress.timeline().mark();
        BackfillReport report = control.backfill(OPERATOR, "copy what is there", progress);
        backfill = report;
        say(
                "",
                String.format(
                        Locale.ROOT,
                        "backfill beside the writers: %,d writes in %.1f s",
                        report.writes(),
                        report.duration().toMillis() / 1e3));
    }

    private void rollback(String meaning) {
        Stage from = control.status().stage();
        untilUnblocked(() -> control.rollback(OPERATOR, "rehearsal"));
        arrived("rolled back from " + from + ": " + meaning);
    }

    private void advance(String meaning) {
        untilUnblocked(() -> control.advance(OPERATOR, meaning));
        arrived(meaning);
    }

    private void arrived(String meaning) {
        List<StageChange> history = control.history();
        StageChange last = history.get(history.size() - 1);
        say(last.to().name(), meaning);
        if (last.from() == Stage.SWITCHING) {
            say("", "the switch: " + last.evidence());
        }
    }

    /** Tries a step until nothing blocks it. Prints each block once, and waives residue. */
    private void untilUnblocked(Runnable move) {
        long end = System.nanoTime() + TIMEOUT.toNanos();
        Set<String> said = new LinkedHashSet<>();
        while (true) {
            try {
                move.run();
                return;
            } catch (StageBlockedException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                e.blocks().stream()
                        .filter(block -> worthSaying(block, said))
                        .forEach(block -> say("", "refused: " + block));
                waive(e.blocks());
                LockSupport.parkNanos(RETRY_PAUSE.toNanos());
            }
        }
    }

    private static boolean worthSaying(Block block, Set<String> said) {
        return said.add(block.reason().replaceAll("\\d+", "")) && block.guard() != Guard.ACKNOWLEDGED;
    }

    private void waive(List<Block> blocks) {
        if (blocks.stream().anyMatch(block -> block.guard() == Guard.RESIDUE)) {
            control.waiveResidue(
                    DemoFigures.RESIDUE_TYPE, DemoFigures.RESIDUE, OPERATOR, "entries without isbn, and entries twice");
            say(
                    "",
                    String.format(
                            Locale.ROOT,
                            "waived by name: %,d items of %s, kept as residue",
                            DemoFigures.RESIDUE,
                            DemoFigures.RESIDUE_TYPE));
        }
    }

    private void dwell() {
        LockSupport.parkNanos(dwell.toNanos());
        DemoTraffic.Counts counts = traffic.counts();
        String retried =
                counts.refused() == 0 ? "" : String.format(Locale.ROOT, ", %,d to be retried", counts.refused());
        say(
                "",
                String.format(
                        Locale.ROOT,
                        "    %,d writes%s, the longest %,d ms; %,d reads",
                        counts.writes(),
                        retried,
                        counts.longestMillis(),
                        counts.reads()));
    }

    /** Prints a line, with the time since the start. */
    void say(String stage, String what) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
        out.printf(Locale.ROOT, "  %2d s  %-10s  %s%n", seconds, stage, what);
    }
}
