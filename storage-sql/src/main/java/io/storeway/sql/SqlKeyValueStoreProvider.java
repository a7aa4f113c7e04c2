package io.storeway.sql;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Missing;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStoreProvider;
import java.util.List;

/**
 * Opens {@code kv+jdbc:…}: a {@link SqlKeyValueStore} in the table {@code kv_store} of the database that the URI without {@code kv+}
 * names, with a pool and settings like those of {@link SqlStorageProvider}.
 */
public final class SqlKeyValueStoreProvider implements KeyValueStoreProvider {

    private static final String PREFIX = "kv+";
    private static final String JDBC = "jdbc:";

    private final SqlStorageProvider databases = new SqlStorageProvider();

    /** For the service loader. */
    public SqlKeyValueStoreProvider() {}

    @Override
    public List<String> schemes() {
        return databases.schemes().stream()
                .filter(scheme -> scheme.startsWith(JDBC))
                .map(scheme -> PREFIX + scheme)
                .toList();
    }

    @Override
    public boolean accepts(String uri) {
        return uri.startsWith(PREFIX + JDBC) && databases.accepts(uri.substring(PREFIX.length()));
    }

    static HikariDataSource pool(String uri, Missing missing) {
        return SqlStorageProvider.pool(uri.substring(PREFIX.length()), missing);
    }

    @Override
    public KeyValueStore open(String uri, Missing missing) {
        HikariDataSource pool = pool(uri, missing);
        try {
            return SqlKeyValueStore.owning(pool, missing);
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }
}
