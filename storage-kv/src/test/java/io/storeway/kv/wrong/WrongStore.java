package io.storeway.kv.wrong;

import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/** A memory store for a defect to stand in front of. */
public class WrongStore implements KeyValueStore {

    private static final int FEW = 4;

    final KeyValueStore right;

    WrongStore() {
        this(new MemoryStore());
    }

    /** In front of another store. */
    public WrongStore(KeyValueStore right) {
        this.right = right;
    }

    @Override
    public String name() {
        return "wrong";
    }

    @Override
    public String identity() {
        return right.identity();
    }

    @Override
    public int maxKeyBytes() {
        return right.maxKeyBytes();
    }

    @Override
    public boolean durable() {
        return right.durable();
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    /** The entry with another version. */
    static @Nullable Entry renumbered(@Nullable Entry entry, ToLongFunction<Entry> version) {
        return entry == null
                ? null
                : new Entry(
                        entry.key(), entry.value(), entry.metadata(), entry.expiresAt(), version.applyAsLong(entry));
    }

    /** What every entry that is read becomes. */
    @Nullable
    Entry read(@Nullable Entry entry) {
        return entry;
    }

    /** What every write becomes. */
    Write written(Write write) {
        return write;
    }

    /** Whether a law removes everything, after which what is wrong begins anew: so each list of commands finds it by itself. */
    static boolean clears(List<Write> writes) {
        return writes.size() > FEW && writes.stream().allMatch(write -> write.value() == null);
    }

    @Override
    public @Nullable Entry get(String key) {
        return read(right.get(key));
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        List<@Nullable Entry> entries = new ArrayList<>();
        right.getAll(keys).forEach(entry -> entries.add(read(entry)));
        return entries;
    }

    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        right.commit(expectations, writes.stream().map(this::written).toList());
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        Listing listing = right.list(prefix, cursor, limit);
        return new Listing(
                listing.entries().stream()
                        .map(this::read)
                        .filter(Objects::nonNull)
                        .toList(),
                listing.next());
    }

    @Override
    public long purge(Instant now) {
        return right.purge(now);
    }

    @Override
    public void close() {
        right.close();
    }
}
