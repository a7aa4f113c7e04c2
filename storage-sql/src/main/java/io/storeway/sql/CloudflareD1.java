package io.storeway.sql;

import io.storeway.Catalog;
import io.storeway.Json;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.internal.cloudflare.Timer;
import io.storeway.sql.internal.codec.JacksonJson;
import io.storeway.sql.internal.d1.D1DataSource;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import javax.sql.DataSource;

/**
 * Cloudflare D1 over its REST API, as a {@link DataSource} for {@link SqlStorage}.
 *
 * <p>D1 has no transactions over several requests. A unit of work reads at once and keeps its writes back; the commit sends them as one
 * batch, which D1 runs as a whole or not at all. Queries of the unit see the writes that it keeps back. A row of the table {@code
 * storeway_commit} counts commits: if the count has changed since the unit read it, the unit is run again. So units are serializable,
 * as long as all writers of the database are storages of Storeway. <b>Writes of other programs are not counted:</b> constraints,
 * versions of records and the presence of updated records are checked against them too, but anything else that a unit has read may
 * have changed.
 *
 * <p>A write without an answer throws an {@link io.storeway.error.UnknownOutcomeException} and isn't sent again. Values are exact:
 * integers are transferred as text, and doubles are never read from decimal text. The connections only have the part of JDBC that a
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
     * @throws io.storeway.error.InvalidValueException if the URI doesn't have this form
     * @throws io.storeway.error.StorageUnavailableException if there is no token
     */
    public static DataSource dataSource(String uri) {
        return D1DataSource.open(uri, CloudflareD1::json);
    }

    /** As {@link #dataSource(String)}, with a given token. */
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
