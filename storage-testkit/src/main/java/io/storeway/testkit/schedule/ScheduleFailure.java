package io.storeway.testkit.schedule;

/** A run that failed, with the schedule that replays it. */
public final class ScheduleFailure extends AssertionError {

    private static final long serialVersionUID = 1L;

    private final String schedule;

    ScheduleFailure(String message, String schedule, Throwable cause) {
        super(message, cause);
        this.schedule = schedule;
    }

    /** What {@link Interleavings#replay} takes: a letter for each choice of a thread, a digit for each other choice. */
    public String schedule() {
        return schedule;
    }
}
