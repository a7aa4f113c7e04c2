package io.storeway.migrate.routing;

import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A store in memory whose every call is a step of a schedule, and may fail, lose its answer, or kill the caller. */
final class ScheduledStore implements KeyValueStore {

    /** What may go wrong at a call. */
    interface Faults {
        enum Fault {
            NONE,
            UNAVAILABLE,
            UNKNOWN_APPLIED,
            UNKNOWN_NOT_APPLIED,
            KILL_BEFORE,
            KILL_AFTER
        }

        Fault at(String store, boolean write);
    }

    static final String OPERATOR = "operator";
    private static final Pattern VERSION = Pattern.compile("\"epoch\":(\\d+),\"counter\":(\\d+)");

    private final MemoryStore inner = new MemoryStore();
    private final String name;
    private final Schedule schedule;
    private final Faults faults;
    private final Mutant mutant;
    private Consumer<List<Write>> committed = writes -> {};
    private @Nullable MemoryStore frozen;
    private @Nullable String lowered;

    ScheduledStore(String name, Schedule schedule, Faults faults, Mutant mutant) {
        this.mutant = mutant;
        this.name = name;
        this.schedule = schedule;
        this.faults = faults;
    }

    private void read() {
        schedule.step();
        switch (faults.at(name, false)) {
            case UNAVAILABLE, UNKNOWN_APPLIED, UNKNOWN_NOT_APPLIED ->
                throw new StorageUnavailableException("planned", ErrorContext.of("read"), null);
            case KILL_BEFORE, KILL_AFTER -> throw new Schedule.Killed();
            case NONE -> {}
        }
    }

    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        boolean copying = schedule.copying();
        List<Expectation> expected = mutant.expectations(name, expectations, copying);
        for (List<Write> part : mutant.commits(name, writes, copying, key -> inner.get(key) != null)) {
            if (!part.isEmpty() || writes.isEmpty()) {
                one(expected, part);
                expected = List.of();
            }
        }
        committed.accept(writes);
    }

    private void one(List<Expectation> expectations, List<Write> writes) {
        schedule.step();
        Faults.Fault fault = faults.at(name, true);
        switch (fault) {
            case UNAVAILABLE -> throw new StorageUnavailableException("planned", ErrorContext.of("commit"), null);
            case UNKNOWN_NOT_APPLIED -> throw new UnknownOutcomeException("planned", ErrorContext.of("commit"), null);
            case KILL_BEFORE -> throw new Schedule.Killed();
            case NONE, UNKNOWN_APPLIED, KILL_AFTER -> apply(expectations, writes);
        }
        if (fault == Faults.Fault.UNKNOWN_APPLIED) {
            throw new UnknownOutcomeException("planned", ErrorContext.of("commit"), null);
        }
        if (fault == Faults.Fault.KILL_AFTER) {
            throw new Schedule.Killed();
        }
    }

    private void apply(List<Expectation> expectations, List<Write> writes) {
        Map<String, Version> before = versions(writes);
        inner.commit(expectations, writes);
        versions(writes).forEach((key, version) -> {
            Version known = before.getOrDefault(key, Version.NONE);
            if (version.compareTo(known) < 0) {
                lowered = key + " from " + known + " to " + version;
            }
        });
    }

    /** The versions of the partitions that the writes speak of, as the store has them. */
    private Map<String, Version> versions(List<Write> writes) {
        Map<String, Version> found = new HashMap<>();
        for (Write write : writes) {
            Entry entry = write.key().contains(":version:") ? inner.get(write.key()) : null;
            Matcher version = VERSION.matcher(entry == null ? "" : new String(entry.value(), StandardCharsets.UTF_8));
            if (version.find()) {
                found.put(write.key(), new Version(Long.parseLong(version.group(1)), Long.parseLong(version.group(2))));
            }
        }
        return found;
    }

    /** A partition whose version has fallen, or null if none has. */
    @Nullable
    String lowered() {
        return lowered;
    }

    @Override
    public @Nullable Entry get(String key) {
        return getAll(List.of(key)).get(0);
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        read();
        List<@Nullable Entry> found = new ArrayList<>(inner.getAll(keys));
        for (int i = 0; i < keys.size(); i++) {
            Entry entry = found.get(i);
            if (mutant.hides(name, keys.get(i), schedule.copying())) {
                found.set(i, null);
            } else if (entry != null) {
                found.set(i, mutant.seen(schedule.current(), entry));
            }
        }
        return found;
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        read();
        if (mutant.hidesAll(name, schedule.copying())) {
            return new Listing(List.of(), null);
        }
        MemoryStore before = frozen;
        return before != null && schedule.current().equals(OPERATOR)
                ? before.list(prefix, cursor, limit)
                : inner.list(prefix, cursor, limit);
    }

    /** From now on, or no longer, the operator finds in listings what is in it now. */
    void freeze(boolean begins) {
        frozen = begins ? new MemoryStore() : null;
        if (frozen != null) {
            frozen.commit(List.of(), content());
        }
    }

    /** What is told of every commit that has come through. */
    void whenCommitted(Consumer<List<Write>> listener) {
        committed = listener;
    }

    /** All that is in it. */
    List<Write> content() {
        return inner.list("", null, Integer.MAX_VALUE).entries().stream()
                .map(entry -> new Write(entry.key(), entry.value(), entry.metadata(), entry.expiresAt()))
                .toList();
    }

    /** Puts a content into the empty store. */
    void fill(List<Write> content) {
        inner.commit(List.of(), content);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int maxKeyBytes() {
        return inner.maxKeyBytes();
    }

    @Override
    public boolean durable() {
        return true;
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public long purge(Instant now) {
        return inner.purge(now);
    }

    @Override
    public void close() {
        inner.close();
    }
}
