package io.storeway.sql;

import io.storeway.Catalog;
import io.storeway.Json;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.internal.cloudflare.Timer;
import io.storeway.sql.d1.D1DataSource;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import javax.sql.DataSource;

/**
 * Cloudflare D1 over its REST API, as a {@link DataSource} for {@link SqlStorage}.
 *
 * <p>D1 has no transaction that lasts. A unit of work reads at once and keeps its writes back; the commit sends them as one
 * batch, which happens as a whole or not at all. Queries of the unit are shown what it keeps back. A row of the table {@code
 * storeway_commit} counts the commits: a unit that has read another count than the one that its commit meets is run again, so
 * units come one after the other, as far as all writers of the database are storages of Storeway. <b>What other programs write
 * is not counted:</b> constraints, versions of records and the presence of updated records hold against them too, and all
 * else that a unit has read may have changed.
 *
 * <p>A write whose answer never comes is an {@link io.storeway.error.UnknownOutcomeException}; it isn't sent again. Values are
 * exact: integers travel as text, and doubles are never read from decimal text. The connections hold no more of JDBC than a
 * storage needs.
 */
public final class CloudflareD1 {

    private static final String SCHEME = "d1://";

    private CloudflareD1() {}

    static boolean accepts(String uri) {
        return uri.startsWith(SCHEME);
    }

    /**
     * A database, with the token in the environment variable {@code CLOUDFLARE_API_TOKEN}. Sends nothing yet.
     *
     * @param uri {@code d1://ACCOUNT/DATABASE}, both as ids. Options: {@code timeout=30s}; {@code tokenVariable=NAME}, another
     *     environment variable; {@code api=https://HOST/PATH}, another address of the API, such as a gateway's
     * @throws io.storeway.error.InvalidValueException if the URI is none of these
     * @throws io.storeway.error.StorageUnavailableException if there is no token
     */
    public static DataSource dataSource(String uri) {
        return D1DataSource.open(uri, CloudflareD1::json);
    }

    /** As {@link #dataSource(String)}, with a token that the application has from elsewhere. */
    public static DataSource dataSource(String uri, String token) {
        return dataSource(uri, token, Timer.SYSTEM);
    }

    static DataSource dataSource(String uri, String token, Timer timer) {
        return D1DataSource.open(uri, token, CloudflareD1::json, timer);
    }

    private static Json json(byte[] text) {
        return JacksonJson.read(new String(text, StandardCharsets.UTF_8));
    }

    /** A storage that closes its database. */
    static Storage open(DataSource database, Catalog catalog, Clock clock, Missing missing) {
        return SqlStorage.builder(database, catalog)
                .clock(clock)
                .missing(missing)
                .owning((AutoCloseable) database)
                .open();
    }
}
