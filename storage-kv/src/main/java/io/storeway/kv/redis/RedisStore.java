package io.storeway.kv.redis;

import io.lettuce.core.ScriptOutputType;
import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.error.VersionConflictException;
import io.storeway.internal.Library;
import io.storeway.kv.internal.Keys;
import io.storeway.kv.redis.Places.Place;
import io.storeway.spi.KeyValueStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A store in Redis, or in a Redis Cluster. Thread-safe, also between processes. Needs Redis 6.2 or later and {@code
 * io.lettuce:lettuce-core} on the class path.
 *
 * <ul>
 *   <li><b>Values are plain strings under their own keys</b>, so existing data can be read as it is, and other applications can go on
 *       reading it. Version, metadata and expiry are kept beside them under {@code __storeway:entry:…}; a key that only others have
 *       written has nothing there. A key that holds anything but a string is not listed, is read as absent, and can't be written.
 *   <li><b>Writes by others are noticed</b> by a digest of the value: they change the version. Of changes to a key that this store has
 *       never written, one in 16 million goes unnoticed. An entry that others have written has the expiry that they gave it, at which
 *       the server removes it.
 *   <li><b>Expiry is data.</b> The server drops an entry written here an hour after its expiry, as garbage collection, and its version
 *       a day after that.
 *   <li><b>A commit is one script</b>, so it is atomic. In a cluster its keys have to share a slot. The keys of one partition always do;
 *       others do if they have the same part in braces. If the URI names a tag, {@code redis+cluster://HOST:PORT/TAG}, all keys begin
 *       with {@code {TAG}} and so are on one master, and units of work are offered. Without one, a commit over several slots is refused
 *       by {@link UnsupportedCapabilityException} before anything is sent.
 *   <li><b>A listing walks through all keys of the server</b>, of any type and prefix, once for each 100,000 keys that it finds, and
 *       keeps those in memory. It shows the keys that are there from its beginning to its end. While a cluster moves slots it may miss
 *       keys. Keys that begin with {@link io.storeway.layout.KeyTemplate#LISTED_PREFIX} are found in a sorted set instead, except in a
 *       cluster without a tag.
 * </ul>
 *
 * <p>A call takes no longer than the URI's {@code timeout}, 5 seconds by default; a listing and {@link #purge} consist of many calls.
 * Lost connections are made again automatically. A write without an answer throws an {@link
 * io.storeway.error.UnknownOutcomeException} and is not sent again.
 */
public final class RedisStore implements KeyValueStore {

    private static final int LARGEST_PART = 1_000;
    /** So many entries are read by one command; with the keys beside them they are well below what a command may have. */
    private static final int MOST_AT_ONCE = 100_000;

    private static final int WINDOW_KEYS = 100_000;

    private final RedisLink link;
    private final String name;
    private final String identity;
    private final Places places;
    private final Entries entries;
    private final ListedKeys listed;
    private final Listings listings;
    private final Capabilities capabilities;

    private RedisStore(RedisAddress address, int windowKeys) {
        this.link = new RedisLink(address);
        try {
            this.name = address.name();
            this.identity = address.place();
            this.places = new Places(address);
            this.entries = new Entries(link);
            KeyWalk walk = new KeyWalk(link);
            this.listed = new ListedKeys(link, places, walk);
            this.listings = new Listings(walk, places, windowKeys);
            this.capabilities = capabilities(address);
        } catch (RuntimeException e) {
            link.close();
            throw e;
        }
    }

    /**
     * Opens a store.
     *
     * @param uri {@code redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE]} or {@code redis+cluster://HOST:PORT,HOST:PORT[/TAG]},
     *     with {@code rediss} for TLS; {@code ?timeout=500ms} bounds each call
     * @throws InvalidValueException if the URI has none of these forms
     * @throws StorageUnavailableException if the server can't be reached or refuses the client, or Lettuce is missing
     */
    public static RedisStore open(String uri) {
        return open(uri, WINDOW_KEYS);
    }

    static RedisStore open(String uri, int windowKeys) {
        requireLettuce();
        return new RedisStore(RedisAddress.parse(uri), windowKeys);
    }

    static void requireLettuce() {
        Library.require("Lettuce", "io.lettuce.core.RedisClient", "io.lettuce:lettuce-core", RedisStore.class);
    }

    private Capabilities capabilities(RedisAddress address) {
        String durability = address.cluster()
                ? "a failover of the cluster may lose what was acknowledged"
                : Persistence.doubt(link);
        Capabilities known =
                durability.isEmpty() ? Capabilities.all() : Capabilities.all().without(Capability.DURABLE, durability);
        return address.cluster() && address.tag().isEmpty()
                ? known.without(
                        Capability.UNITS_OF_WORK,
                        "keys lie in different slots of the cluster; a tag in the URI keeps them in one")
                : known;
    }

    /** {@code redis} or {@code redis-cluster}. */
    @Override
    public String identity() {
        return identity;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int maxKeyBytes() {
        return Keys.MAX_BYTES;
    }

    /** Whether the server answered, when the store was opened, that it writes each change to its file first. */
    @Override
    public boolean durable() {
        return capabilities.has(Capability.DURABLE);
    }

    @Override
    public boolean readOnly() {
        return false;
    }

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    public long counter(long version) {
        return Sidecar.counter(version);
    }

    @Override
    public @Nullable Entry get(String key) {
        return getAll(List.of(key)).get(0);
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        link.requireOpen("get");
        Map<String, Place> possible = new LinkedHashMap<>();
        for (String key : keys) {
            if (!possible.containsKey(key) && Keys.fault(key).isEmpty()) {
                possible.put(key, places.of(key));
            }
        }
        Map<String, Entry> found = new HashMap<>();
        List<Place> places = List.copyOf(possible.values());
        for (int from = 0; from < places.size(); from += MOST_AT_ONCE) {
            found.putAll(entries.read("get", places.subList(from, Math.min(places.size(), from + MOST_AT_ONCE))));
        }
        List<@Nullable Entry> inOrder = new ArrayList<>(keys.size());
        keys.forEach(key -> inOrder.add(found.get(key)));
        return inOrder;
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        link.requireOpen("list");
        if (Keys.malformed(prefix) || (cursor != null && Keys.malformed(cursor))) {
            return new Listing(List.of(), null);
        }
        int most = Math.min(limit, LARGEST_PART);
        Listings.Part known = listed.next(prefix, cursor, most);
        Listings.Part part = known == null ? listings.next(prefix, cursor, most) : known;
        Map<String, Entry> found =
                entries.read("list", part.keys().stream().map(places::of).toList());
        List<Entry> inOrder = new ArrayList<>(part.keys().size());
        for (String key : part.keys()) {
            Entry entry = found.get(key);
            if (entry != null) {
                inOrder.add(entry);
            }
        }
        return new Listing(
                inOrder, part.last() ? null : part.keys().get(part.keys().size() - 1));
    }

    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        link.requireOpen("commit");
        Keys.check(writes, name);
        Commit commit = new Commit(places, link.context("commit"));
        expectations.forEach(commit::expect);
        writes.forEach(commit::write);
        if (commit.isEmpty()) {
            return;
        }
        commit.requireOneSlot();
        commit.requireRoom();
        byte[][] keys = commit.keys();
        byte[][] arguments = commit.arguments();
        Long answer = link.write(
                "commit",
                commands -> commands.evalsha(Script.COMMIT.hash(), ScriptOutputType.INTEGER, keys, arguments));
        if (answer == 0) {
            throw new VersionConflictException(
                    "An entry has another version than expected", link.context("commit"), null);
        }
        if (answer < 0) {
            throw new InvalidValueException(
                    "key",
                    "there is something else than a string; the server's command TYPE tells what",
                    link.context("commit"),
                    null);
        }
    }

    /**
     * Removes entries written here that have expired at that time, and what is kept beside keys that others have deleted.
     */
    @Override
    public long purge(Instant now) {
        link.requireOpen("purge");
        return new Purge(this, link, places).run(now);
    }

    @Override
    public void close() {
        link.close();
    }
}
