package io.storeway.migrate.admin;

import io.storeway.Json;
import io.storeway.migrate.internal.Threads;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs one job at a time, on a thread of its own. Thread-safe. */
final class Jobs implements AutoCloseable {

    private final ExecutorService thread = Executors.newSingleThreadExecutor(Threads.daemons("storeway-admin-job"));
    private State state = State.IDLE;
    private String name = "";
    private @Nullable Instant startedAt;
    private @Nullable Instant endedAt;
    private @Nullable Json result;
    private @Nullable String error;
    private volatile boolean pausing;

    /** The state of the last job. */
    enum State {
        /** None was ever started. */
        IDLE,
        RUNNING,
        /** It stops after its page. */
        PAUSING,
        PAUSED,
        DONE,
        FAILED
    }

    /**
     * Starts a job.
     *
     * @param work is given a supplier that says whether to pause
     * @throws RefusedException if another one is at work
     */
    synchronized void start(String job, Function<BooleanSupplier, Json> work) {
        if (busy()) {
            throw new RefusedException("a job is at work: " + name + "; see /status");
        }
        state = State.RUNNING;
        name = job;
        startedAt = Instant.now();
        endedAt = null;
        result = null;
        error = null;
        pausing = false;
        thread.execute(() -> run(work));
    }

    private void run(Function<BooleanSupplier, Json> work) {
        try {
            end(State.DONE, work.apply(() -> pausing), null);
        } catch (PausedException e) {
            end(State.PAUSED, null, null);
        } catch (RuntimeException | Error e) {
            end(State.FAILED, null, e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }

    private synchronized void end(State how, @Nullable Json came, @Nullable String failure) {
        state = how;
        endedAt = Instant.now();
        result = came;
        error = failure;
    }

    private boolean busy() {
        return state == State.RUNNING || state == State.PAUSING;
    }

    /**
     * Asks the job to stop after its page.
     *
     * @throws RefusedException if no job of that name is at work
     */
    synchronized void pause(String job) {
        if (state != State.RUNNING || !name.equals(job)) {
            throw new RefusedException("there is no " + job + " to pause; see /status");
        }
        pausing = true;
        state = State.PAUSING;
    }

    synchronized State state() {
        return state;
    }

    /** The last job. */
    synchronized Json.Obj status() {
        Json.Obj status = Texts.object("state", state, "name", name);
        status = with(status, "startedAt", startedAt);
        status = with(status, "endedAt", endedAt);
        status = with(status, "result", result);
        return with(status, "error", error);
    }

    private static Json.Obj with(Json.Obj object, String member, @Nullable Object value) {
        if (value == null) {
            return object;
        }
        var members = new LinkedHashMap<>(object.members());
        members.put(member, Texts.json(value));
        return new Json.Obj(members);
    }

    /** Asks the job at work, if there is one, to stop after its page. */
    void pause() {
        pausing = true;
    }

    /** Pauses the job at work and waits for its end; a comparison runs to its end. */
    @Override
    public void close() {
        pause();
        thread.shutdown();
        Threads.awaitEnd(thread);
    }
}
