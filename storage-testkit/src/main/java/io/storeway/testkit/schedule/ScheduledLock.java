package io.storeway.testkit.schedule;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/** A reentrant lock that waits at points of a run. */
final class ScheduledLock implements Lock {

    private final Run run;
    private final String name;
    private volatile @Nullable Thread owner;
    private int holds;

    ScheduledLock(Run run, String name) {
        this.run = run;
        this.name = name;
    }

    @Override
    public void lock() {
        Thread me = Thread.currentThread();
        run.await("lock " + name, () -> owner == null || owner == me);
        owner = me;
        holds++;
    }

    @Override
    public void lockInterruptibly() {
        lock();
    }

    @Override
    public boolean tryLock() {
        run.point("try lock " + name);
        boolean free = owner == null || owner == Thread.currentThread();
        if (free) {
            owner = Thread.currentThread();
            holds++;
        }
        return free;
    }

    /** As {@link #tryLock()}: a wait that ends by time would make runs differ. */
    @Override
    public boolean tryLock(long time, TimeUnit unit) {
        return tryLock();
    }

    @Override
    public void unlock() {
        if (owner != Thread.currentThread()) {
            throw new IllegalMonitorStateException("The lock " + name + " belongs to another thread");
        }
        holds--;
        if (holds == 0) {
            owner = null;
        }
    }

    @Override
    public Condition newCondition() {
        throw new UnsupportedOperationException("Use Run.await for a condition");
    }
}
