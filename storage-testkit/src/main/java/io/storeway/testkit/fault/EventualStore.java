package io.storeway.testkit.fault;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.FieldType;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageClosedException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An eventually consistent store in memory, without conditional writes, like hosted stores at the edge of a network. Until a
 * write is as old as the staleness, a read of its key shows it or any content that the key had within that time, also none, and
 * a later read may show older content again. The choice is made by a seed, in a listing for each key separately. Thread-safe.
 */
public final class EventualStore implements KeyValueStore {

    private static final int MAX_KEY_BYTES = 512;

    private final Clock clock;
    private final Duration staleness;
    private final SplittableRandom random;
    private final NavigableMap<String, List<Content>> keys = new TreeMap<>(FieldType.TEXT::compare);
    private boolean closed;

    /** The content of a key from a time on; null for none. */
    private record Content(Instant since, @Nullable Entry entry) {}

    /**
     * An empty store.
     *
     * @param clock tells the age of writes
     * @param staleness how long a read may miss a write; with zero every read shows the last write
     * @param seed for the choice of what reads show
     */
    public EventualStore(Clock clock, Duration staleness, long seed) {
        this.clock = clock;
        this.staleness = staleness;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public String name() {
        return "eventual";
    }

    @Override
    public int maxKeyBytes() {
        return MAX_KEY_BYTES;
    }

    @Override
    public boolean durable() {
        return false;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public Capabilities capabilities() {
        return Capabilities.all()
                .without(Capability.DURABLE, "the store is in the heap")
                .without(Capability.UNITS_OF_WORK, "every key is written for itself")
                .without(Capability.CONDITIONAL_WRITES, "the last writer of a key wins")
                .without(Capability.PARTITION_VERSIONS, "entries have no versions")
                .without(
                        Capability.CONSISTENT_READS,
                        "reads show a write " + staleness.toSeconds() + " s later at the latest");
    }

    /** The same for all versions, because they don't tell which of two contents is newer. */
    @Override
    public long counter(long version) {
        return 1;
    }

    @Override
    public @Nullable Entry get(String key) {
        return getAll(List.of(key)).get(0);
    }

    @Override
    public synchronized List<@Nullable Entry> getAll(List<String> wanted) {
        requireOpen("get");
        List<@Nullable Entry> found = new ArrayList<>(wanted.size());
        for (String key : wanted) {
            found.add(shown(keys.get(key)));
        }
        return found;
    }

    /** One of the contents that a read may show now. */
    private @Nullable Entry shown(@Nullable List<Content> contents) {
        if (contents == null) {
            return null;
        }
        Instant settled = clock.instant().minus(staleness);
        int oldest = contents.size() - 1;
        while (oldest > 0 && contents.get(oldest).since().isAfter(settled)) {
            oldest--;
        }
        return contents.get(random.nextInt(oldest, contents.size())).entry();
    }

    @Override
    public synchronized Listing list(String prefix, @Nullable String cursor, int limit) {
        requireOpen("list");
        List<Entry> found = new ArrayList<>();
        if (!wellFormed(prefix)) {
            return new Listing(found, null);
        }
        var tail = cursor == null ? keys : keys.tailMap(cursor, false);
        for (var key : tail.entrySet()) {
            Entry entry = key.getKey().startsWith(prefix) ? shown(key.getValue()) : null;
            if (entry != null && found.size() == limit) {
                return new Listing(found, found.get(limit - 1).key());
            }
            if (entry != null) {
                found.add(entry);
            }
        }
        return new Listing(found, null);
    }

    /**
     * Writes one key.
     *
     * @throws UnsupportedCapabilityException before any effect, if there is an expectation or a second key
     */
    @Override
    public synchronized void commit(List<Expectation> expectations, List<Write> writes) {
        requireOpen("commit");
        require(Capability.CONDITIONAL_WRITES, expectations.isEmpty());
        Set<String> written = new LinkedHashSet<>();
        for (Write write : writes) {
            if (write.key().isEmpty() || !wellFormed(write.key()) || bytes(write.key()) > MAX_KEY_BYTES) {
                throw new InvalidValueException(
                        "key",
                        "a key is well-formed text of 1 to " + MAX_KEY_BYTES + " bytes of UTF-8",
                        new ErrorContext("commit", name(), null, null),
                        null);
            }
            if (write.metadata() != null && !wellFormed(write.metadata())) {
                throw new InvalidValueException(
                        "metadata",
                        "it has an unpaired surrogate",
                        new ErrorContext("commit", name(), null, null),
                        null);
            }
            written.add(write.key());
        }
        require(Capability.UNITS_OF_WORK, written.size() < 2);
        for (Write write : writes) {
            // A read may still show that the key was absent before its first write.
            keys.computeIfAbsent(write.key(), absent -> new ArrayList<>(List.of(new Content(Instant.MIN, null))))
                    .add(new Content(clock.instant(), entry(write)));
        }
    }

    private static @Nullable Entry entry(Write write) {
        byte[] value = write.value();
        return value == null
                ? null
                : new Entry(
                        write.key(),
                        value.clone(),
                        write.metadata(),
                        write.expiresAt(),
                        1
                                + (Integer.MAX_VALUE
                                        & Objects.hash(Arrays.hashCode(value), write.metadata(), write.expiresAt())));
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    private static boolean wellFormed(String text) {
        try {
            FieldType.TEXT.normalize(text);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void require(Capability capability, boolean unneeded) {
        if (!unneeded) {
            throw new UnsupportedCapabilityException(
                    capability + " is declined: "
                            + capabilities().reason(capability).orElse(""),
                    new ErrorContext("commit", name(), null, null),
                    null);
        }
    }

    @Override
    public synchronized long purge(Instant now) {
        requireOpen("purge");
        List<Write> due = list("", null, Integer.MAX_VALUE).entries().stream()
                .filter(entry -> entry.expiresAt() != null && !now.isBefore(entry.expiresAt()))
                .map(entry -> Write.delete(entry.key()))
                .toList();
        writeEach(due);
        return due.size();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }

    private void requireOpen(String operation) {
        if (closed) {
            throw new StorageClosedException(
                    "The store is closed", new ErrorContext(operation, name(), null, null), null);
        }
    }
}
