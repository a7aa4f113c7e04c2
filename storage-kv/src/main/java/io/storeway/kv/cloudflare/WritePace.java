package io.storeway.kv.cloudflare;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageTimeoutException;
import io.storeway.internal.cloudflare.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** Keeps writes of a key a second apart, because the service refuses more than one per second. Thread-safe. */
final class WritePace {

    private static final long APART = Duration.ofSeconds(1).toNanos();
    private static final int LOOK_BEYOND = 10_000;

    private final Timer timer;
    private final long longestWait;
    private final Map<String, Long> lastWrites = new HashMap<>();
    private int lookAt = LOOK_BEYOND;

    WritePace(Timer timer, Duration longestWait) {
        this.timer = timer;
        this.longestWait = longestWait.toNanos();
    }

    /**
     * Waits until all the keys may be written.
     *
     * @throws StorageTimeoutException at once, if that would take too long because other writers wait for them too
     */
    void await(Collection<String> keys, ErrorContext context) {
        long wait = reserve(keys, context) - timer.nanos();
        if (wait > 0) {
            timer.sleep(Duration.ofNanos(wait));
        }
    }

    private synchronized long reserve(Collection<String> keys, ErrorContext context) {
        long now = timer.nanos();
        long turn = now;
        for (String key : keys) {
            Long last = lastWrites.get(key);
            if (last != null && last + APART - turn > 0) {
                turn = last + APART;
            }
        }
        if (turn - now > longestWait) {
            throw new StorageTimeoutException(
                    "A key takes one write a second, and too many wait for it; write it less often", context, null);
        }
        if (lastWrites.size() > lookAt) {
            lastWrites.values().removeIf(last -> last + APART - now <= 0);
            lookAt = Math.max(LOOK_BEYOND, 2 * lastWrites.size());
        }
        for (String key : keys) {
            lastWrites.put(key, turn);
        }
        return turn;
    }
}
