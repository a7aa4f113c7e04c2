package io.storeway.kv.cache;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The entries that a write of this instance has made old and that could not be invalidated in the cache's store. They are not served,
 * and are invalidated as soon as possible: by the next reader, or in the background.
 */
final class Suspects {

    /** Beyond this number every entry is suspect, until all entries of the present have ended. */
    private static final int MOST = 10_000;

    /** The write that made an entry suspect. No two are equal, so that whoever clears one doesn't clear a later one. */
    static final class Cause {

        final UUID writer;
        /** Until when the write may still take effect, in milliseconds since 1970; 0 if it has taken effect. */
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

    /** Invalidates entries in the store. */
    @FunctionalInterface
    interface Teller {

        /** Invalidates an entry, and returns whether that succeeded. */
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
     * Begins without suspects.
     *
     * @param longestLife how long an entry lasts at most
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

    /** Whether the entry is suspect. If it is, tries to invalidate it, after which it is suspect no longer. */
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

    /** Invalidates all suspects, or as many as possible until that fails. */
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
