package io.storeway.migrate.routing;

import io.storeway.error.StorageException;
import io.storeway.migrate.routing.internal.control.ControlRecords;
import io.storeway.migrate.routing.internal.control.Instance;
import io.storeway.migrate.routing.internal.control.RoutingOptions;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.membership.Member;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Asks an advisor in the background and follows its wishes: the kill switch on every instance at once, moves of the stage by the
 * live instance whose name comes first. Thread-safe.
 */
final class Advice {

    /** A wish that takes longer than this to be answered is not followed. */
    private static final Duration LATE = Duration.ofSeconds(5);
    /** How long a blocked step waits for its next attempt, which may compare everything once more. */
    private static final Duration AGAIN = Duration.ofSeconds(30);

    private final StageAdvisor advisor;
    private final Member member;
    private final ControlRecords controls;
    private final StageControl control;
    private final RoutingOptions options;
    private final Executor executor;
    private @Nullable Instant askedAt;
    private @Nullable Instant blockedAt;
    private @Nullable Wish blocked;
    private volatile @Nullable String problem;
    /** Whether a step is under way. Until it ends, which a storage can delay, only the kill switch of later wishes is obeyed. */
    private final AtomicBoolean following = new AtomicBoolean();

    Advice(
            StageAdvisor advisor,
            Member member,
            ControlRecords controls,
            StageControl control,
            RoutingOptions options,
            Executor executor) {
        this.advisor = advisor;
        this.member = member;
        this.controls = controls;
        this.control = control;
        this.options = options;
        this.executor = executor;
    }

    /** What is wrong with the wish, or what it waits for. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** Asks the advisor, unless the last question has not been answered yet. */
    synchronized void ask() {
        Instant now = options.clock().instant();
        if (askedAt == null) {
            askedAt = now;
            executor.execute(() -> answer(now));
        } else if (now.isAfter(askedAt.plus(LATE))) {
            problem = "the advisor has not answered since " + askedAt + "; nothing changes";
        }
    }

    private void answer(Instant asked) {
        Wish wish = wish(asked);
        if (wish != null && following.compareAndSet(false, true)) {
            try {
                problem = follow(wish);
            } finally {
                following.set(false);
            }
        }
    }

    /** Gets the wish and obeys its kill switch. Null if the advisor fails or answers too late; {@link #problem} then says so. */
    private @Nullable Wish wish(Instant asked) {
        try {
            Wish wish = advisor.wish();
            if (options.clock().instant().isAfter(asked.plus(LATE))) {
                problem = "the advisor took longer than " + LATE + " to answer, so nothing changes";
                return null;
            }
            member.readNew(wish.readNew());
            return wish;
        } catch (RuntimeException | Error e) {
            problem = "the wish can't be had, so nothing changes: "
                    + (e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
            return null;
        } finally {
            synchronized (this) {
                askedAt = null;
            }
        }
    }

    /** Goes one step towards the wish and returns what stands in the way, or null. */
    private @Nullable String follow(Wish wish) {
        Stage now = member.view().stage();
        Instant since = blockedAt;
        try {
            if (now == Stage.SWITCHING || !first()) {
                return null;
            }
            if (wish.equals(blocked)
                    && since != null
                    && options.clock().instant().isBefore(since.plus(AGAIN))) {
                return problem;
            }
            blocked = null;
            return wish.readNew() ? step(wish, now) : reduce(wish, now);
        } catch (StageBlockedException e) {
            blocked = wish;
            blockedAt = options.clock().instant();
            return waiting(e.blocks());
        } catch (StorageException e) {
            return "the wish waits: " + e.getMessage();
        }
    }

    private static String waiting(List<Block> blocks) {
        return "the wish waits: " + StageBlockedException.text(blocks);
    }

    /** Whether this instance is the one that moves the stage. */
    private boolean first() {
        return controls.live(options.clock().instant()).stream()
                .map(Instance::instance)
                .min(String::compareTo)
                .filter(options.instance()::equals)
                .isPresent();
    }

    private @Nullable String reduce(Wish wish, Stage now) {
        if (now == Stage.READ_NEW) {
            control.rollback(by(), "kill switch");
            return null;
        }
        if (now.compareTo(Stage.READ_NEW) > 0) {
            return "the kill switch can't take " + now
                    + " back: the new storage decides; roll back through the barrier";
        }
        return wish.stage() == null || wish.stage() == now
                ? null
                : "the wish for " + wish.stage() + " waits: the kill switch is on, and moves no stage but READ_NEW";
    }

    private @Nullable String step(Wish wish, Stage now) {
        Stage target = wish.stage() == null ? now : wish.stage();
        if (now == Stage.READ_NEW
                && target.compareTo(now) >= 0
                && wish.percent().isPresent()) {
            int share = wish.percent().getAsInt();
            if (member.view().record().percent() != share) {
                control.percent(share, by(), "wished share");
                return null;
            }
        }
        if (target.compareTo(now) > 0) {
            Stage next = Stages.next(now).orElseThrow();
            if (next == Stage.COMPLETE) {
                return "COMPLETE has no way back and is not left to a flag; an operator advances to it";
            }
            List<Block> known = control.knownBlocks();
            if (!known.isEmpty()) {
                return waiting(known);
            }
            control.advance(by(), "wished " + target);
        } else if (target.compareTo(now) < 0) {
            Stage back = Stages.previous(now).orElse(now);
            if (back == Stage.OFF || back.compareTo(target) < 0 || back == now) {
                return "from " + now + " no flag leads to " + target + "; an operator decides";
            }
            control.rollback(by(), "wished " + target);
        }
        return null;
    }

    private String by() {
        return "advisor of " + options.instance();
    }
}
