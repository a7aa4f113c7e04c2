package io.storeway.migrate;

/**
 * Is told how a run gets on, after each page, on the thread that runs it. An exception of the listener ends the run, which can be
 * resumed.
 */
@FunctionalInterface
public interface ProgressListener {

    /** What a run is busy with. */
    enum Phase {
        /** Copying. */
        BACKFILL,
        /** Comparing: reading the source. */
        VERIFY_SOURCE,
        /** Comparing: reading the target. */
        VERIFY_TARGET
    }

    /**
     * A page is done.
     *
     * @param phase what the run is busy with
     * @param entity the name of the entity type
     * @param partitions partitions of this type read so far
     * @param items items of this type read so far
     */
    void progress(Phase phase, String entity, long partitions, long items);

    /** A page is done. As {@link #progress(Phase, String, long, long)}, which it calls by default, with rate and remaining time. */
    default void progress(Progress progress) {
        progress(progress.phase(), progress.entity(), progress.partitions(), progress.items());
    }

    /** A comparison has found a difference, and found it again at its last look. Does nothing by default. */
    default void difference(Difference found) {}
}
