package io.storeway.kv.wrong;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Expectation;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Stores that are wrong about keys, prefixes and cursors. */
final class WrongKeys {

    private WrongKeys() {}

    /** Keeps entries under other keys than it is told. */
    static class Renames extends WrongStore {

        private final UnaryOperator<String> name;

        Renames(UnaryOperator<String> name) {
            this.name = name;
        }

        @Override
        public @Nullable Entry get(String key) {
            return right.get(name.apply(key));
        }

        @Override
        public List<@Nullable Entry> getAll(List<String> keys) {
            return right.getAll(keys.stream().map(name).toList());
        }

        @Override
        public void commit(List<Expectation> expectations, List<Write> writes) {
            super.commit(
                    expectations.stream()
                            .map(each -> new Expectation(name.apply(each.key()), each.version()))
                            .toList(),
                    writes);
        }

        @Override
        Write written(Write write) {
            return new Write(name.apply(write.key()), write.value(), write.metadata(), write.expiresAt());
        }
    }

    static final class LowerCases extends Renames {
        LowerCases() {
            super(key -> key.toLowerCase(Locale.ROOT));
        }
    }

    static final class Trims extends Renames {
        Trims() {
            super(String::strip);
        }
    }

    static final class CutsAtNul extends Renames {
        CutsAtNul() {
            super(key -> key.indexOf('\u0000') > 0 ? key.substring(0, key.indexOf('\u0000')) : key);
        }
    }

    /** What the text becomes in bytes, an unpaired surrogate a question mark. */
    static final class ReadsHalfCharacters extends WrongStore {
        @Override
        public @Nullable Entry get(String key) {
            return right.get(new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
        }
    }

    static final class RefusesTheLongestKey extends WrongStore {
        @Override
        public int maxKeyBytes() {
            return right.maxKeyBytes() + 1;
        }
    }

    static final class RefusesToReadNoKey extends WrongStore {
        @Override
        public @Nullable Entry get(String key) {
            if (key.isEmpty()) {
                throw new InvalidValueException(
                        "key", "it is empty", new ErrorContext("get", name(), null, null), null);
            }
            return super.get(key);
        }
    }

    static final class TakesLongerKeys extends WrongStore {
        @Override
        public int maxKeyBytes() {
            return right.maxKeyBytes() - 1;
        }
    }

    static final class TakesAPrefixForALikePattern extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            String pattern = "(?s)\\Q" + prefix.replace("%", "\\E.*\\Q").replace("_", "\\E.\\Q") + "\\E.*";
            List<Entry> found = right.list("", cursor, Integer.MAX_VALUE).entries().stream()
                    .filter(entry -> entry.key().matches(pattern))
                    .toList();
            return found.size() <= limit
                    ? new Listing(found, null)
                    : new Listing(found.subList(0, limit), found.get(limit - 1).key());
        }
    }

    static final class OrdersByUtf16 extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            List<Entry> found = right.list(prefix, null, Integer.MAX_VALUE).entries().stream()
                    .filter(entry -> cursor == null || entry.key().compareTo(cursor) > 0)
                    .sorted(Comparator.comparing(Entry::key))
                    .toList();
            return found.size() <= limit
                    ? new Listing(found, null)
                    : new Listing(found.subList(0, limit), found.get(limit - 1).key());
        }
    }

    static final class GivesOneMoreThanTheLimit extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            return super.list(prefix, cursor, limit == Integer.MAX_VALUE ? limit : limit + 1);
        }
    }

    static final class EndsAtAFullPage extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            Listing listing = super.list(prefix, cursor, limit);
            return cursor == null ? listing : new Listing(listing.entries(), null);
        }
    }

    static final class SkipsAnEntryBehindTheCursor extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            Listing listing = super.list(prefix, cursor, limit);
            return cursor == null || listing.entries().isEmpty()
                    ? listing
                    : new Listing(listing.entries().subList(1, listing.entries().size()), listing.next());
        }
    }

    static final class RepeatsTheCursor extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            Listing listing = super.list(prefix, cursor, limit);
            Entry last = cursor == null ? null : right.get(cursor);
            if (last == null) {
                return listing;
            }
            List<Entry> entries = new ArrayList<>(listing.entries());
            entries.add(0, last);
            return new Listing(entries.subList(0, Math.min(limit, entries.size())), listing.next());
        }
    }

    /** Never gets on where one entry is asked for. */
    static final class BeginsAtTheCursor extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            Listing all = super.list(prefix, null, Integer.MAX_VALUE);
            List<Entry> rest = all.entries().stream()
                    .filter(entry -> cursor == null || entry.key().compareTo(cursor) >= 0)
                    .toList();
            return rest.size() <= limit
                    ? new Listing(rest, null)
                    : new Listing(rest.subList(0, limit), rest.get(limit - 1).key());
        }
    }

    /** A cursor that is the number of entries before it. */
    static final class CountsItsCursor extends WrongStore {
        @Override
        public Listing list(String prefix, @Nullable String cursor, int limit) {
            List<Entry> all = right.list(prefix, null, Integer.MAX_VALUE).entries();
            int from = Math.min(cursor == null ? 0 : Integer.parseInt(cursor), all.size());
            int to = (int) Math.min(all.size(), (long) from + limit);
            return new Listing(all.subList(from, to), to == all.size() ? null : Integer.toString(to));
        }
    }
}
