package io.storeway.testkit.schedule;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import org.jspecify.annotations.Nullable;

/** A reentrant lock on which threads wait at a point of the run. */
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
        run.await("lock " + name, () -> owner == null || me.equals(owner));
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
        boolean free = owner == null || Thread.currentThread().equals(owner);
        if (free) {
            owner = Thread.currentThread();
            holds++;
        }
        return free;
    }

    /** As {@link #tryLock()}, without waiting: a wait with a timeout would make runs differ. */
    @Override
    public boolean tryLock(long time, TimeUnit unit) {
        return tryLock();
    }

    @Override
    public void unlock() {
        if (!Thread.currentThread().equals(owner)) {
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
