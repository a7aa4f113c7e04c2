package io.storeway.migrate;

/** Where the runs of a migration are paused, resumed and stopped. Thread-safe. */
final class Gate {

    private boolean paused;
    private int running;
    private boolean stopping;

    synchronized void enter() {
        running++;
    }

    /** Notes the end of a run. With the last one an order to stop is fulfilled, and doesn't hold for later runs. */
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
