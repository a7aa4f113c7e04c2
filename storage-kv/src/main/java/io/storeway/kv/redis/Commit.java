package io.storeway.kv.redis;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.error.VersionConflictException;
import io.storeway.kv.internal.Keys;
import io.storeway.kv.redis.Places.Place;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Write;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A commit in the form that the script takes: what it checks, and what it writes. */
final class Commit {

    private static final Duration VALUE_KEPT = Duration.ofHours(1);
    private static final Duration SIDECAR_KEPT = Duration.ofDays(1);
    private static final Instant EARLIEST = Instant.parse("-9999-01-01T00:00:00Z");
    private static final Instant LATEST = Instant.parse("9999-12-31T00:00:00Z");
    private static final byte[] NOTHING = new byte[0];
    /** So many words has a command at most: a server before 7.0 ends the connection over a longer one, and with it all that is under way. */
    private static final int WORDS = 1 << 20;

    private static final int WORDS_OF_A_STEP = 9;
    /** The name of the command, the script, the number of keys, and two for {@link ListedKeys}. */
    private static final int OTHER_WORDS = 5;

    /** What the script does with one key. */
    private static final class Step {
        private final Place place;
        private @Nullable Long expected;
        private @Nullable Write write;

        Step(Place place) {
            this.place = place;
        }
    }

    private final Places places;
    private final ErrorContext context;
    private final Instant now = Instant.now();
    private final Map<String, Step> steps = new LinkedHashMap<>();
    /** The place of the set of {@link ListedKeys}, if there is one and the commit writes such a key. */
    private byte @Nullable [] listed;

    Commit(Places places, ErrorContext context) {
        this.places = places;
        this.context = context;
    }

    private Step step(String key) {
        return steps.computeIfAbsent(key, absent -> new Step(places.of(key)));
    }

    /**
     * Adds an expectation.
     *
     * @throws VersionConflictException if it can never be met, because the key can't be in a store, or another expectation contradicts it
     */
    void expect(Expectation expectation) {
        boolean possible = Keys.fault(expectation.key()).isEmpty();
        if (possible) {
            Step step = step(expectation.key());
            possible = step.expected == null || step.expected == expectation.version();
            step.expected = expectation.version();
        } else {
            possible = expectation.version() == 0;
        }
        if (!possible) {
            throw new VersionConflictException("An entry has another version than expected", context, null);
        }
    }

    /**
     * Adds a write; of two writes of a key the later one counts.
     *
     * @throws InvalidValueException if its expiry is not a whole millisecond, or not within the years -9999 to 9999
     */
    void write(Write write) {
        Instant expiresAt = write.expiresAt();
        if (expiresAt != null) {
            if (!expiresAt.truncatedTo(ChronoUnit.MILLIS).equals(expiresAt)) {
                throw new InvalidValueException("expiry", "the store keeps an expiry in milliseconds", context, null);
            }
            if (expiresAt.isBefore(EARLIEST) || expiresAt.isAfter(LATEST)) {
                throw new InvalidValueException("expiry", "its year is before -9999 or after 9999", context, null);
            }
        }
        step(write.key()).write = write;
        if (write.key().startsWith(KeyTemplate.LISTED_PREFIX)) {
            listed = places.listed();
        }
    }

    boolean isEmpty() {
        return steps.isEmpty();
    }

    /**
     * Refuses a commit that a cluster can't do atomically.
     *
     * @throws UnsupportedCapabilityException if the keys lie in several slots
     */
    void requireOneSlot() {
        int slot = steps.values().iterator().next().place.slot();
        if (steps.values().stream().anyMatch(step -> step.place.slot() != slot)) {
            throw new UnsupportedCapabilityException(
                    "The keys lie in several slots of the cluster; give them a common part in braces, open the cluster"
                            + " with a tag, redis+cluster://HOST:PORT/TAG, or write them one by one",
                    context,
                    null);
        }
    }

    /**
     * Refuses a commit that is too large for one command.
     *
     * @throws UnsupportedCapabilityException if it has too many entries
     */
    void requireRoom() {
        int most = (WORDS - OTHER_WORDS) / WORDS_OF_A_STEP;
        if (steps.size() > most) {
            throw new UnsupportedCapabilityException(
                    "A commit has at most " + most + " entries, of data and of what is kept beside it, and this has "
                            + steps.size()
                            + "; divide the work, for instance delete the children of a record, some at a"
                            + " time, before it",
                    context,
                    null);
        }
    }

    byte[][] keys() {
        byte[][] keys =
                Entries.keys(steps.values().stream().map(step -> step.place).toList());
        if (listed == null) {
            return keys;
        }
        byte[][] more = Arrays.copyOf(keys, keys.length + 1);
        more[keys.length] = listed;
        return more;
    }

    byte[][] arguments() {
        List<byte[]> arguments = new ArrayList<>(7 * steps.size());
        for (Step step : steps.values()) {
            arguments.add(step.expected == null ? NOTHING : Places.utf8(Sidecar.expected(step.expected)));
            Write write = step.write;
            byte[] value = write == null ? null : write.value();
            if (write == null || value == null) {
                arguments.add(Places.utf8(write == null ? "" : "delete"));
                arguments.addAll(List.of(NOTHING, NOTHING, NOTHING, NOTHING, NOTHING));
            } else {
                arguments.add(Places.utf8("put"));
                arguments.add(value);
                arguments.add(Places.utf8(Digest.of(value)));
                arguments.add(Places.utf8(Sidecar.tail(write)));
                arguments.add(millis(write.expiresAt(), VALUE_KEPT));
                arguments.add(millis(write.expiresAt(), VALUE_KEPT.plus(SIDECAR_KEPT)));
            }
        }
        if (listed != null) {
            arguments.add(places.valuesFrom(KeyTemplate.LISTED_PREFIX));
        }
        return arguments.toArray(byte[][]::new);
    }

    /** When the server may drop an entry with that expiry. One that has expired already is kept as long as one that expires now. */
    private byte[] millis(@Nullable Instant expiresAt, Duration kept) {
        if (expiresAt == null) {
            return NOTHING;
        }
        Instant from = expiresAt.isAfter(now) ? expiresAt : now;
        return Places.utf8(Long.toString(from.plus(kept).toEpochMilli()));
    }
}
