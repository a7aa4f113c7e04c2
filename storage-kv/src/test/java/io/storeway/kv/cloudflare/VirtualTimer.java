package io.storeway.kv.cloudflare;

import io.storeway.internal.cloudflare.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes by waiting only. */
final class VirtualTimer implements Timer {

    private final AtomicLong nanos = new AtomicLong();
    private final List<Duration> slept = new CopyOnWriteArrayList<>();

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public void sleep(Duration time) {
        nanos.addAndGet(time.toNanos());
        slept.add(time);
    }

    /** How long each wait was. */
    List<Duration> slept() {
        return slept;
    }
}
