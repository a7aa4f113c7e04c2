package io.storeway.testkit.schedule;

import java.time.Instant;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A thread of a run. Its mutable fields are guarded by the {@link Baton}. */
final class Worker {

    /** The state of a thread. */
    enum State {
        /** Waits for its turn. */
        WAITS,
        /** Has the baton. */
        RUNS,
        /** Waits for something else than the baton, for example for a lock that another thread of the run holds. */
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

    /** Stops at a point, until the condition holds and the time has come; null for none. */
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

    /** The thread is about to call the baton, so from now on it only waits for that. */
    void arrives() {
        awake = false;
    }

    /** The thread returns from the baton to its own code. */
    void leaves() {
        awake = true;
    }

    /**
     * Whether the thread has begun its turn and is not in a call of the baton, so that if it waits, it waits for something else. Ask
     * this after looking at the state of the thread: {@link #arrives} is called before the thread can wait for the baton.
     */
    boolean awake() {
        return awake;
    }
}
