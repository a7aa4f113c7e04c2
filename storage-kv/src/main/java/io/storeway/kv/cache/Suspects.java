package io.storeway.kv.cache;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The entries of which the cache's store could not be told that they are old. They are not served, and the store is told of
 * them as soon as it can be: by the next reader, and in the background.
 */
final class Suspects {

    /** Beyond so many everything is suspect until all entries of now have ended. */
    private static final int MOST = 10_000;

    /** The write of which the store is to be told. Two are never equal: who lifts one doesn't lift a later one. */
    static final class Cause {

        final UUID writer;
        /** Until when the write may still take effect, in milliseconds since 1970; 0 if it has. */
        final long openUntil;

        Cause(UUID writer, long openUntil) {
            this.writer = writer;
            this.openUntil = openUntil;
        }

        Cause and(Cause more) {
            Cause longer = openUntil > more.openUntil ? this : more;
            return new Cause(longer.writer, longer.openUntil);
        }
    }

    /** Tells the store. */
    @FunctionalInterface
    interface Teller {

        /** Returns whether the store has been told. */
        boolean tell(String key, Cause cause);
    }

    private final Clock clock;
    private final Duration longestLife;
    private final Teller teller;
    private final Executor later;
    private final Map<String, Cause> causes = new ConcurrentHashMap<>();
    private final AtomicBoolean retrying = new AtomicBoolean();
    private volatile long allUntil;

    /**
     * No suspects yet.
     *
     * @param longestLife after which every entry has ended
     * @param later runs work after a while
     */
    Suspects(Clock clock, Duration longestLife, Teller teller, Executor later) {
        this.clock = clock;
        this.longestLife = longestLife;
        this.teller = teller;
        this.later = later;
    }

    void add(String key, Cause cause) {
        causes.merge(key, cause, Cause::and);
        if (causes.size() > MOST) {
            allUntil = clock.millis() + longestLife.toMillis();
            causes.clear();
        }
        tellLater();
    }

    /** Whether the entry is one; if so, and the store can be told now, it is none any more. */
    boolean contains(String key) {
        if (allUntil != 0 && clock.millis() < allUntil) {
            return true;
        }
        Cause cause = causes.get(key);
        return cause != null && !told(key, cause);
    }

    private boolean told(String key, Cause cause) {
        if (!teller.tell(key, cause)) {
            return false;
        }
        causes.remove(key, cause);
        return true;
    }

    /** Tells the store of all of them, or until that fails. */
    void tell() {
        for (Map.Entry<String, Cause> each : causes.entrySet()) {
            if (!told(each.getKey(), each.getValue())) {
                return;
            }
        }
    }

    private void tellLater() {
        if (retrying.compareAndSet(false, true)) {
            later.execute(() -> {
                retrying.set(false);
                tell();
                if (!causes.isEmpty()) {
                    tellLater();
                }
            });
        }
    }
}
