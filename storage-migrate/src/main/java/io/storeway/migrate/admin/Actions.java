package io.storeway.migrate.admin;

import io.storeway.Json;
import io.storeway.migrate.admin.Jobs.State;
import io.storeway.migrate.admin.Steered.Caller;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the endpoint can be asked to do. Thread-safe. */
final class Actions {

    private static final String RUN = "run";

    private final Steered steered;
    private final Jobs jobs;

    Actions(Steered steered, Jobs jobs) {
        this.steered = steered;
        this.jobs = jobs;
    }

    /**
     * An answer.
     *
     * @param code the HTTP status
     * @param body as JSON
     */
    record Answer(int code, Json body) {}

    Answer run(Caller caller) {
        if (jobs.state() == State.PAUSED) {
            throw new RefusedException("the run is paused; resume it");
        }
        return start(RUN, caller);
    }

    private Answer start(String job, Caller caller) {
        jobs.start(job, paused -> job.equals(RUN) ? steered.run(caller, paused) : steered.verify());
        return new Answer(202, Texts.object("job", jobs.status()));
    }

    Answer verify(Caller caller) {
        if (jobs.state() == State.PAUSED) {
            throw new RefusedException("the run is paused; resume it and let it end first");
        }
        return start("verify", caller);
    }

    Answer pause(Caller caller) {
        if (steered.stopsForPause()) {
            jobs.pause(RUN);
        } else {
            steered.hold(true, caller);
        }
        return new Answer(202, Texts.object("job", jobs.status()));
    }

    Answer resume(Caller caller) {
        if (!steered.stopsForPause()) {
            steered.hold(false, caller);
            return new Answer(200, Texts.object("job", jobs.status()));
        }
        if (jobs.state() != State.PAUSED) {
            throw new RefusedException("no run is paused; see /status");
        }
        return start(RUN, caller);
    }

    Answer rollback(Caller caller) {
        return new Answer(200, steered.rollback(caller));
    }

    Answer status() {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("job", jobs.status());
        members.putAll(steered.status());
        return new Answer(200, new Json.Obj(members));
    }

    String metrics() {
        Metrics metrics = new Metrics();
        for (State each : State.values()) {
            metrics.gauge(
                    "storeway_job",
                    "1 for the state of the last job",
                    "state=" + Metrics.quoted(each.name()),
                    each == jobs.state() ? 1 : 0);
        }
        steered.measure(metrics);
        return metrics.toString();
    }
}
