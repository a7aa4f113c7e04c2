package io.storeway.testkit.schedule;

import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A thread of a run. What changes is guarded by its {@link Baton}. */
final class Worker {

    /** Where a thread stands. */
    enum State {
        /** Waits for its turn. */
        WAITS,
        /** Has the baton. */
        RUNS,
        /** Waits for something the baton knows nothing of, for example a lock that another thread of the run holds. */
        BLOCKED,
        /** Has ended. */
        ENDED
    }

    private final String name;
    private final char letter;
    private final Program.Task body;
    private final Semaphore turn = new Semaphore(0);
    private String at = "start";
    private State state = State.WAITS;
    private @Nullable BooleanSupplier condition;
    private @Nullable Instant wakesAt;
    private @Nullable Thread thread;
    private volatile boolean awake;
    private long turns;

    Worker(String name, char letter, Program.Task body) {
        this.name = name;
        this.letter = letter;
        this.body = body;
    }

    String name() {
        return name;
    }

    char letter() {
        return letter;
    }

    String at() {
        return at;
    }

    Program.Task body() {
        return body;
    }

    State state() {
        return state;
    }

    long turns() {
        return turns;
    }

    @Nullable
    Thread thread() {
        return thread;
    }

    void runsOn(Thread own) {
        thread = own;
    }

    /** Stops at a point; goes on when the condition holds and the time has come, where there are such. */
    void stop(String point, @Nullable BooleanSupplier until, @Nullable Instant at) {
        this.at = point;
        this.condition = until;
        this.wakesAt = at;
        this.state = State.WAITS;
    }

    void set(State next) {
        state = next;
    }

    boolean ready(Instant now) {
        BooleanSupplier until = condition;
        Instant wake = wakesAt;
        return state == State.WAITS && (until == null || until.getAsBoolean()) && (wake == null || !now.isBefore(wake));
    }

    @Nullable
    Instant wakesAt() {
        return state == State.WAITS && condition == null ? wakesAt : null;
    }

    void giveTurn() {
        state = State.RUNS;
        awake = false;
        turns++;
        turn.release();
    }

    void release() {
        turn.release();
    }

    void awaitTurn() {
        turn.acquireUninterruptibly();
        awake = true;
    }

    /** Is about to enter the baton: from now on it may wait for that alone. */
    void arrives() {
        awake = false;
    }

    /** Goes on with what it was at. */
    void leaves() {
        awake = true;
    }

    /**
     * Whether the thread has taken the turn it was given and is not in the baton, so that waiting means waiting for something
     * else. Asked after its state was looked at: what it does in the baton is announced before.
     */
    boolean awake() {
        return awake;
    }
}
