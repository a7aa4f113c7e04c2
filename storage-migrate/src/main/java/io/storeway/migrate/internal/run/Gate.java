package io.storeway.migrate.internal.run;

/** Where the runs of a migration are paused, resumed and stopped. Thread-safe. */
public final class Gate {

    private boolean paused;
    private int running;
    private boolean stopping;

    public synchronized void enter() {
        running++;
    }

    /** Notes the end of a run. With the last one an order to stop is fulfilled, and doesn't hold for later runs. */
    public synchronized void leave() {
        running--;
        if (running == 0) {
            stopping = false;
        }
    }

    public synchronized void pause() {
        paused = true;
    }

    public synchronized void resume() {
        paused = false;
        notifyAll();
    }

    public synchronized boolean paused() {
        return paused;
    }

    public synchronized void stop() {
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
            throw Awaited.interrupted("paused");
        }
        return !stopping;
    }
}
