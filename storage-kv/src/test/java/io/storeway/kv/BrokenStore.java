package io.storeway.kv;

import io.storeway.spi.KeyValueStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A memory store with one defect, for showing that the conformance laws find it. */
class BrokenStore implements KeyValueStore {

    private static final int TRUNCATED_AT = 65_536;

    private final MemoryStore inner = new MemoryStore();

    /** What every key becomes. */
    String key(String key) {
        return key;
    }

    /** What every commit becomes. */
    List<Write> writes(List<Write> writes) {
        return writes;
    }

    /** What every entry that is read becomes. */
    @Nullable
    Entry read(@Nullable Entry entry) {
        return entry;
    }

    @Override
    public String name() {
        return "broken";
    }

    @Override
    public int maxKeyBytes() {
        return inner.maxKeyBytes();
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
    public @Nullable Entry get(String key) {
        return read(inner.get(key(key)));
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        List<@Nullable Entry> entries = new ArrayList<>();
        keys.forEach(key -> entries.add(get(key)));
        return entries;
    }

    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        inner.commit(
                expectations.stream()
                        .map(each -> new Expectation(key(each.key()), each.version()))
                        .toList(),
                writes(writes).stream()
                        .map(each -> new Write(key(each.key()), each.value(), each.metadata(), each.expiresAt()))
                        .toList());
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        Listing listing = inner.list(prefix, cursor, limit);
        return new Listing(
                listing.entries().stream()
                        .map(this::read)
                        .filter(Objects::nonNull)
                        .toList(),
                listing.next());
    }

    @Override
    public long purge(Instant now) {
        return inner.purge(now);
    }

    @Override
    public void close() {
        inner.close();
    }

    static final class LowerCasesKeys extends BrokenStore {
        @Override
        String key(String key) {
            return key.toLowerCase(Locale.ROOT);
        }
    }

    static final class TrimsKeys extends BrokenStore {
        @Override
        String key(String key) {
            return key.replace(" ", "");
        }
    }

    static final class OneKeyForAll extends BrokenStore {
        @Override
        String key(String key) {
            return key.substring(0, key.indexOf(':') + 1);
        }
    }

    static final class DropsTheLastOfABatch extends BrokenStore {
        @Override
        List<Write> writes(List<Write> writes) {
            return writes.size() > 1 ? writes.subList(0, writes.size() - 1) : writes;
        }
    }

    static final class ForgetsDeletions extends BrokenStore {
        @Override
        List<Write> writes(List<Write> writes) {
            return writes.stream().filter(write -> write.value() != null).toList();
        }
    }

    static final class AcknowledgesWithoutWriting extends BrokenStore {
        private int commits;

        @Override
        List<Write> writes(List<Write> writes) {
            return ++commits % 7 == 0 ? List.of() : writes;
        }
    }

    static final class TruncatesValues extends BrokenStore {
        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return entry == null || entry.value().length <= TRUNCATED_AT
                    ? entry
                    : new Entry(
                            entry.key(),
                            Arrays.copyOf(entry.value(), TRUNCATED_AT),
                            entry.metadata(),
                            entry.expiresAt(),
                            entry.version());
        }
    }

    static final class ChecksNoExpectation extends BrokenStore {
        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(List.of(), writes);
        }
    }

    static final class SkipsTheFirstOfAPage extends BrokenStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            Listing listing = super.list(prefix, cursor, limit);
            return cursor == null || listing.entries().isEmpty()
                    ? listing
                    : new Listing(listing.entries().subList(1, listing.entries().size()), listing.next());
        }
    }

    static final class ListsAPageAtMost extends BrokenStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            return new Listing(super.list(prefix, cursor, Math.min(limit, 10)).entries(), null);
        }
    }

    static final class LosesTheVersion extends BrokenStore {
        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return entry == null ? null : new Entry(entry.key(), entry.value(), entry.metadata(), entry.expiresAt(), 1);
        }
    }

    static final class ReadsNothingNowAndThen extends BrokenStore {
        private int reads;

        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return ++reads % 11 == 0 ? null : entry;
        }
    }

    /** A version that comes back with the content it stood for. */
    static final class CountsVersionsByContent extends BrokenStore {
        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            return entry == null
                    ? null
                    : new Entry(
                            entry.key(),
                            entry.value(),
                            entry.metadata(),
                            entry.expiresAt(),
                            1L + Integer.toUnsignedLong(Arrays.hashCode(entry.value())));
        }

        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(List.of(), writes);
        }
    }

    /** An array whose last item stands first when it is read. */
    static final class PutsTheLastFirst extends BrokenStore {
        @Override
        @Nullable
        Entry read(@Nullable Entry entry) {
            if (entry == null) {
                return null;
            }
            String text = new String(entry.value(), StandardCharsets.UTF_8);
            int last = text.lastIndexOf(",{");
            return !text.startsWith("[") || last < 0
                    ? entry
                    : new Entry(
                            entry.key(),
                            ("[" + text.substring(last + 1, text.length() - 1) + "," + text.substring(1, last) + "]")
                                    .getBytes(StandardCharsets.UTF_8),
                            entry.metadata(),
                            entry.expiresAt(),
                            entry.version());
        }
    }
}
