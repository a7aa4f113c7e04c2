package io.storeway.kv.cloudflare;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.internal.cloudflare.Address;
import io.storeway.internal.cloudflare.RestApi;
import io.storeway.internal.cloudflare.Service;
import io.storeway.internal.cloudflare.Timer;
import io.storeway.kv.cloudflare.Values.Listed;
import io.storeway.kv.cloudflare.Values.Page;
import io.storeway.kv.internal.Keys;
import io.storeway.kv.internal.StrictJson;
import io.storeway.spi.KeyValueStore;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A namespace of Cloudflare KV, over the REST API. Thread-safe.
 *
 * <ul>
 *   <li><b>Reads are eventually consistent.</b> Elsewhere a write is seen up to a minute later, and so is that a key is no longer
 *       absent. {@link Capability#CONSISTENT_READS} is declined.
 *   <li><b>Writes are unconditional</b>, and a commit has a single key: {@link Capability#CONDITIONAL_WRITES}, {@link
 *       Capability#PARTITION_VERSIONS} and {@link Capability#UNITS_OF_WORK} are declined. Therefore a namespace is read-only unless
 *       the URI says {@code ?writes=last-writer-wins}.
 *   <li><b>Limits</b> are checked before anything is sent. A key has at most 512 bytes of UTF-8 and is not {@code .} or {@code ..}. A
 *       value has at most 25 MiB. Metadata has at most 1,024 bytes of JSON, and must be JSON that the service returns with the same
 *       digits and order. An expiry is a whole second, at least a minute ahead. The service takes one write of a key per second;
 *       this store waits for that.
 *   <li><b>Expiry is left to the service</b>, which removes entries by itself; {@link #purge} removes those that it still lists.
 *   <li><b>Versions are digests</b> of value, metadata and expiry. They tell contents apart, but not which is newer.
 *   <li><b>Values that aren't text</b> are read by requests of their own, one for the value and one for its metadata.
 * </ul>
 *
 * <p>A request is tried again, up to five times, while the service throttles (after the time that it asks for), fails, or breaks the
 * connection; never beyond the URI's {@code timeout}, 30 seconds by default. A write contains the whole value, so it can be sent again
 * too. If no answer comes in the end, it throws an {@link io.storeway.error.UnknownOutcomeException}. A listing makes one request for
 * each 1,000 keys and one for each 100 values.
 */
public final class CloudflareKvStore implements KeyValueStore {

    static final Service SERVICE =
            new Service("cloudflare-kv", "namespace", "/storage/kv/namespaces/", List.of("writes"));

    private static final String LAST_WRITER_WINS = "last-writer-wins";

    private final Address address;
    private final boolean writes;
    private final RestApi api;
    private final Values values;
    private final Bulk bulk;
    private final Limits limits;
    private volatile boolean closed;

    private CloudflareKvStore(Address address, String token, Clock clock, Timer timer) {
        String choice = address.options().getOrDefault("writes", "");
        if (!choice.isEmpty() && !choice.equals(LAST_WRITER_WINS)) {
            throw Address.refused("writes is " + LAST_WRITER_WINS + ", or left out to read only");
        }
        this.address = address;
        this.writes = !choice.isEmpty();
        this.api = new RestApi(SERVICE, address, token, StrictJson::read, clock, timer);
        this.values = new Values(api);
        this.bulk = new Bulk(api, new WritePace(timer, address.timeout()));
        this.limits = new Limits(clock, context("commit"));
    }

    /**
     * Opens a namespace with the token in the environment variable {@code CLOUDFLARE_API_TOKEN}. Sends nothing yet.
     *
     * @param uri {@code cloudflare-kv://ACCOUNT/NAMESPACE}, both as ids. Options: {@code writes=last-writer-wins}; {@code
     *     timeout=30s}; {@code tokenVariable=NAME}, another environment variable; {@code api=https://HOST/PATH}, another
     *     address of the API, such as a gateway's
     * @throws InvalidValueException if the URI doesn't have this form
     * @throws StorageUnavailableException if there is no token
     */
    public static CloudflareKvStore open(String uri) {
        Address address = Address.parse(uri, SERVICE);
        return new CloudflareKvStore(address, RestApi.token(address), Clock.systemUTC(), Timer.SYSTEM);
    }

    /** As {@link #open(String)}, with a given token. */
    public static CloudflareKvStore open(String uri, String token) {
        return open(uri, token, Clock.systemUTC(), Timer.SYSTEM);
    }

    static CloudflareKvStore open(String uri, String token, Clock clock, Timer timer) {
        return new CloudflareKvStore(Address.parse(uri, SERVICE), token, clock, timer);
    }

    static ErrorContext context(String operation) {
        return SERVICE.context(operation);
    }

    @Override
    public String name() {
        return SERVICE.name();
    }

    /** Account and namespace. */
    @Override
    public String identity() {
        return address.place();
    }

    @Override
    public int maxKeyBytes() {
        return Limits.KEY_BYTES;
    }

    /** True: the service keeps what it has acknowledged. */
    @Override
    public boolean durable() {
        return true;
    }

    /** Whether the URI lacks {@code writes=last-writer-wins}. */
    @Override
    public boolean readOnly() {
        return !writes;
    }

    @Override
    public Capabilities capabilities() {
        Capabilities known = Capabilities.all()
                .without(Capability.UNITS_OF_WORK, "Cloudflare KV writes every key for itself")
                .without(
                        Capability.CONDITIONAL_WRITES,
                        "Cloudflare KV knows no conditions: the last writer of a key wins")
                .without(Capability.PARTITION_VERSIONS, "Cloudflare KV has no versions of entries")
                .without(
                        Capability.CONSISTENT_READS,
                        "Cloudflare KV is eventually consistent: a write is seen elsewhere up to a minute later");
        return readOnly()
                ? known.without(
                        Capability.WRITES,
                        "the last writer of a key wins in Cloudflare KV; say ?writes=last-writer-wins to write nevertheless")
                : known;
    }

    /** The same for all versions, since nobody knows which of two contents is newer. */
    @Override
    public long counter(long version) {
        return 1;
    }

    @Override
    public @Nullable Entry get(String key) {
        return getAll(List.of(key)).get(0);
    }

    @Override
    public List<@Nullable Entry> getAll(List<String> keys) {
        requireOpen("get");
        Map<String, Entry> found = values.read(
                "get",
                keys.stream()
                        .distinct()
                        .filter(key -> Limits.fault(key).isEmpty())
                        .toList());
        List<@Nullable Entry> inOrder = new ArrayList<>(keys.size());
        keys.forEach(key -> inOrder.add(found.get(key)));
        return inOrder;
    }

    @Override
    public Listing list(String prefix, @Nullable String cursor, int limit) {
        requireOpen("list");
        if (Keys.malformed(prefix)) {
            return new Listing(List.of(), null);
        }
        PageCursor at = cursor == null ? PageCursor.START : PageCursor.parse(cursor);
        int size = Math.max(Limits.FEWEST_KEYS_PER_PAGE, Math.min(limit, Limits.KEYS_PER_PAGE));
        Page page = values.page("list", prefix, at.service(), size);
        List<String> rest = page.keys().stream()
                .map(Listed::key)
                .filter(key -> Keys.ORDER.compare(key, at.after()) > 0)
                .toList();
        List<String> keys = rest.subList(0, Math.min(limit, rest.size()));
        List<Entry> found = values.readListed("list", keys);
        PageCursor next = keys.size() < rest.size()
                ? new PageCursor(at.service(), keys.get(keys.size() - 1))
                : new PageCursor(page.next(), "");
        return new Listing(found, next.equals(PageCursor.START) ? null : next.toString());
    }

    /**
     * Writes one key.
     *
     * @throws UnsupportedCapabilityException if there is an expectation or a second key, or the namespace was opened read-only; nothing is
     *     written then
     */
    @Override
    public void commit(List<Expectation> expectations, List<Write> writes) {
        requireWritable("commit");
        Map<String, Write> last = checked(writes);
        require(Capability.CONDITIONAL_WRITES, expectations.isEmpty());
        require(Capability.UNITS_OF_WORK, last.size() < 2);
        bulk.run(List.copyOf(last.values()));
    }

    @Override
    public void writeEach(List<Write> writes) {
        requireWritable("commit");
        bulk.run(List.copyOf(checked(writes).values()));
    }

    private Map<String, Write> checked(List<Write> writes) {
        Map<String, Write> last = new LinkedHashMap<>();
        for (Write write : writes) {
            limits.check(write);
            last.put(write.key(), write);
        }
        return last;
    }

    private void require(Capability capability, boolean unneeded) {
        if (!unneeded) {
            throw new UnsupportedCapabilityException(
                    capability + " is declined: "
                            + capabilities().reason(capability).orElse(""),
                    context("commit"),
                    null);
        }
    }

    @Override
    public long purge(Instant now) {
        requireWritable("purge");
        long purged = 0;
        String cursor = "";
        do {
            Page page = values.page("purge", "", cursor, Limits.KEYS_PER_PAGE);
            List<Write> due = page.keys().stream()
                    .filter(listed -> listed.expiresAt() != null && !now.isBefore(listed.expiresAt()))
                    .map(listed -> Write.delete(listed.key()))
                    .toList();
            bulk.run(due);
            purged += due.size();
            cursor = page.next();
        } while (!cursor.isEmpty());
        return purged;
    }

    private void requireOpen(String operation) {
        if (closed) {
            throw new StorageClosedException("The store is closed", context(operation), null);
        }
    }

    private void requireWritable(String operation) {
        requireOpen(operation);
        if (readOnly()) {
            throw new UnsupportedCapabilityException(
                    "The namespace was opened to be read: "
                            + capabilities().reason(Capability.WRITES).orElse(""),
                    context(operation),
                    null);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            api.close();
        }
    }
}
