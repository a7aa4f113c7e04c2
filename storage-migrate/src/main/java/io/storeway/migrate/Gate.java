package io.storeway.migrate;

/** Lets runs pass, holds them, or ends them. Thread-safe. */
final class Gate {

    private boolean paused;
    private int running;
    private boolean stopping;

    synchronized void enter() {
        running++;
    }

    /** The end of a run; the last one takes the order to stop with it. */
    synchronized void leave() {
        running--;
        if (running == 0) {
            stopping = false;
        }
    }

    synchronized void pause() {
        paused = true;
    }

    synchronized void resume() {
        paused = false;
        notifyAll();
    }

    synchronized boolean paused() {
        return paused;
    }

    synchronized void stop() {
        stopping = running > 0;
        notifyAll();
    }

    /**
     * Waits while paused.
     *
     * @return whether the run goes on
     */
    synchronized boolean pass() {
        try {
            while (paused && !stopping) {
                wait();
            }
        } catch (InterruptedException e) {
            throw MigrationException.interrupted("paused");
        }
        return !stopping;
    }
}
