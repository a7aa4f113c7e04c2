package io.storeway.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool;
import com.zaxxer.hikari.util.DriverDataSource;
import io.storeway.Catalog;
import io.storeway.Missing;
import io.storeway.Storage;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.StorageProvider;
import io.storeway.sql.internal.connection.H2FileSource;
import io.storeway.sql.internal.connection.SqliteUrl;
import io.storeway.sql.internal.dialect.Dialect;
import io.storeway.sql.internal.dialect.Failure;
import io.storeway.sql.internal.dialect.H2Dialect;
import io.storeway.sql.internal.dialect.MariaDbDialect;
import io.storeway.sql.internal.dialect.Packet;
import io.storeway.sql.internal.dialect.PostgresDialect;
import io.storeway.sql.internal.dialect.SqliteDialect;
import io.storeway.sql.internal.transaction.Errors;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Opens {@code jdbc:sqlite:…}, {@code jdbc:h2:…}, {@code jdbc:postgresql:…} and {@code jdbc:mariadb:…}, each with a small pool and with
 * settings that lose no data: SQLite with a write-ahead log, full synchronisation, foreign keys and immediate transactions; H2 files with
 * {@code WRITE_DELAY=0}; PostgreSQL and MariaDB with timeouts. Parameters in the URL take precedence. An unknown parameter for SQLite is
 * refused.
 *
 * <p>{@code d1://ACCOUNT/DATABASE} is opened by {@link CloudflareD1}.
 */
public final class SqlStorageProvider implements StorageProvider {

    private static final String SQLITE = SqliteUrl.PREFIX;
    private static final String H2 = "jdbc:h2:";
    private static final String POSTGRESQL = "jdbc:postgresql:";
    private static final String MARIADB = "jdbc:mariadb:";
    /** Makes H2 access a file so that the interruption of a thread doesn't close it for all. */
    private static final String UNINTERRUPTED = "async:";

    /** Settings with which H2 doesn't write or lock the file; then it isn't recovered here either. */
    private static final Pattern NOT_OURS = Pattern.compile("(?i);(ACCESS_MODE_DATA='?r'?(;|$)|FILE_LOCK=)");

    /** Options of key-value storages, which the drivers of servers ignore. */
    private static final Pattern OF_KEY_VALUE = Pattern.compile("[?&](constraints|durability)=");

    private static final int POOL_SIZE = 8;
    private static final long CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int OPENING_ATTEMPTS = 5;
    private static final long BETWEEN_OPENINGS_NANOS = 100_000_000;

    /** For the service loader. */
    public SqlStorageProvider() {}

    @Override
    public List<String> schemes() {
        return List.of(
                SQLITE + "FILE",
                H2 + "FILE",
                POSTGRESQL + "//HOST/DATABASE",
                MARIADB + "//HOST/DATABASE",
                "d1://ACCOUNT/DATABASE");
    }

    @Override
    public boolean accepts(String uri) {
        return uri.startsWith(SQLITE)
                || uri.startsWith(H2)
                || uri.startsWith(POSTGRESQL)
                || uri.startsWith(MARIADB)
                || CloudflareD1.accepts(uri);
    }

    @Override
    public Storage open(String uri, Catalog catalog, Clock clock, Missing missing) {
        if (CloudflareD1.accepts(uri)) {
            return CloudflareD1.open(CloudflareD1.dataSource(uri), catalog, clock, missing);
        }
        HikariDataSource pool = pool(uri, missing);
        try {
            return SqlStorage.builder(pool, catalog)
                    .clock(clock)
                    .missing(missing)
                    .owning(pool)
                    .open();
        } catch (RuntimeException | Error e) {
            pool.close();
            throw e;
        }
    }

    /**
     * A pool of connections.
     *
     * @param missing what to do about a file that doesn't exist
     * @throws StorageUnavailableException if the file doesn't exist and that is refused, or there is no connection
     * @throws InvalidValueException if the driver can't read the URL, or it has a parameter that is not known
     * @throws UnsupportedCapabilityException if the URL names a file that is no database, or that can't be made
     */
    static HikariDataSource pool(String uri, Missing missing) {
        if (uri.startsWith(SQLITE)) {
            SqliteUrl.requireKnownParameters(uri);
            String url = standIn(SQLITE, uri, SqliteUrl.file(uri), missing);
            if (SqliteUrl.file(url).filter(file -> file.toString().isEmpty()).isPresent()) {
                throw malformed(url);
            }
            SqliteUrl.file(url).ifPresent(SqliteUrl::requirePlace);
            return pool(sqlite(url, missing), new SqliteDialect());
        }
        if (uri.startsWith(H2)) {
            Optional<Path> file = h2File(uri);
            HikariConfig config = h2(standIn(H2 + "mem:", uri, file, missing));
            if (file.isPresent() && !NOT_OURS.matcher(uri).find()) {
                config.setDataSource(new H2FileSource(config.getJdbcUrl(), file.get()));
            }
            return pool(config, new H2Dialect());
        }
        Matcher option = OF_KEY_VALUE.matcher(uri);
        if (option.find()) {
            throw refused(option.group(1) + " is no parameter of a SQL database; leave it out");
        }
        return uri.startsWith(MARIADB)
                ? pool(mariaDb(uri), new MariaDbDialect(true, Packet.UNKNOWN))
                : pool(postgresql(uri), new PostgresDialect());
    }

    /** The URI; or that of an empty database in memory, if the file doesn't exist and may not be made. */
    private static String standIn(String inMemory, String uri, Optional<Path> file, Missing missing) {
        return file.filter(missing::standsInFor).isPresent() ? inMemory : uri;
    }

    private static Optional<Path> h2File(String uri) {
        String name = uri.substring(H2.length()).split(";", 2)[0];
        String file = name.startsWith("file:") ? name.substring(5) : name;
        String home = System.getProperty("user.home");
        // Any prefix but file: names a server, memory, or a file system of H2's own.
        return file.matches("[a-zA-Z]{2,}:.*")
                ? Optional.empty()
                : path((file.startsWith("~") ? home + file.substring(1) : file) + ".mv.db");
    }

    private static Optional<Path> path(String name) {
        try {
            return Optional.of(Path.of(name));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    private static HikariConfig postgresql(String uri) {
        HikariConfig config = config(uri, "org.postgresql.Driver", "org.postgresql:postgresql");
        config.setMaximumPoolSize(POOL_SIZE);
        // What the URI says wins over properties.
        config.addDataSourceProperty("connectTimeout", "10");
        config.addDataSourceProperty("socketTimeout", "60");
        config.addDataSourceProperty("tcpKeepAlive", "true");
        config.addDataSourceProperty("ApplicationName", "storeway");
        return config;
    }

    private static HikariConfig mariaDb(String uri) {
        HikariConfig config = config(uri, "org.mariadb.jdbc.Driver", "org.mariadb.jdbc:mariadb-java-client");
        config.setMaximumPoolSize(POOL_SIZE);
        // What the URI says wins over properties.
        config.addDataSourceProperty("connectTimeout", "10000");
        config.addDataSourceProperty("socketTimeout", "60000");
        config.addDataSourceProperty("useServerPrepStmts", "true");
        config.addDataSourceProperty("sessionVariables", "innodb_lock_wait_timeout=10");
        return config;
    }

    private static HikariConfig sqlite(String uri, Missing missing) {
        HikariConfig config = config(uri, "org.sqlite.JDBC", "org.xerial:sqlite-jdbc");
        config.setMaximumPoolSize(SqliteUrl.inMemory(uri) ? 1 : POOL_SIZE);
        if (missing != Missing.ALLOW) {
            // A setting that is kept in the file.
            config.addDataSourceProperty("journal_mode", "WAL");
        }
        config.addDataSourceProperty("synchronous", "FULL");
        config.addDataSourceProperty("busy_timeout", "5000");
        config.addDataSourceProperty("foreign_keys", "true");
        config.addDataSourceProperty("transaction_mode", "IMMEDIATE");
        return config;
    }

    private static HikariConfig h2(String uri) {
        String upper = uri.toUpperCase(Locale.ROOT);
        String database = upper.substring(H2.length());
        boolean file = !database.matches("(MEM|TCP|SSL|ZIP):.*");
        String path = file && (database.startsWith("FILE:") || !database.matches("[A-Z]{2,}:.*"))
                ? H2 + UNINTERRUPTED + uri.substring(H2.length()).replaceFirst("^(?i)file:", "")
                : uri;
        String url = file && !upper.contains(";WRITE_DELAY=") ? path + ";WRITE_DELAY=0" : path;
        HikariConfig config = config(url, "org.h2.Driver", "com.h2database:h2");
        config.setMaximumPoolSize(database.matches("MEM:(;.*)?") ? 1 : POOL_SIZE);
        return config;
    }

    private static HikariConfig config(String url, String driver, String dependency) {
        HikariConfig config = new HikariConfig();
        try {
            config.setDriverClassName(driver);
        } catch (RuntimeException e) {
            throw new UnsupportedCapabilityException(
                    "The driver " + driver + " is not on the class path; add the dependency " + dependency,
                    ErrorContext.of("open"),
                    e);
        }
        config.setJdbcUrl(url);
        config.setPoolName("storeway");
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECT_TIMEOUT_MILLIS);
        return config;
    }

    /**
     * A pool with its first connection. On SQLite that one may conflict with others that switch to the write-ahead log. A connection without
     * the pool comes before it: where there is none the pool would wait for a second before it says so.
     */
    private static HikariDataSource pool(HikariConfig config, Dialect dialect) {
        for (int attempt = 1; ; attempt++) {
            SQLException failure;
            try {
                DataSource source = source(config);
                source.setLoginTimeout((int) (CONNECT_TIMEOUT_MILLIS / 1000));
                config.setDataSource(source);
                Connection first = source.getConnection();
                try {
                    return new HikariDataSource(config);
                } finally {
                    abandon(first);
                }
            } catch (SQLException e) {
                failure = e;
            } catch (RuntimeException e) {
                if (!(e instanceof HikariPool.PoolInitializationException
                        && e.getCause() instanceof SQLException cause)) {
                    throw malformed(config.getJdbcUrl());
                }
                failure = cause;
            }
            if (unread(dialect, failure)) {
                throw malformed(config.getJdbcUrl());
            }
            if (attempt == OPENING_ATTEMPTS || dialect.classify(failure).sort() != Failure.Sort.CONFLICT) {
                throw Errors.unconnected(dialect, failure, ErrorContext.of("open"));
            }
            LockSupport.parkNanos(BETWEEN_OPENINGS_NANOS);
        }
    }

    private static DataSource source(HikariConfig config) {
        DataSource given = config.getDataSource();
        return given != null
                ? given
                : new DriverDataSource(
                        config.getJdbcUrl(),
                        config.getDriverClassName(),
                        config.getDataSourceProperties(),
                        config.getUsername(),
                        config.getPassword());
    }

    private static void abandon(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            // The pool has one of its own by now, or says why it hasn't.
        }
    }

    /** Whether the driver has failed before it asked for the database: then there is no code, or a value that is none. */
    private static boolean unread(Dialect dialect, SQLException e) {
        return (e.getSQLState() == null && e.getErrorCode() == 0)
                || dialect.classify(e).sort() == Failure.Sort.INVALID;
    }

    /** The exception for a URL that the driver can't read. It has no cause, as drivers repeat the URL with its password. */
    private static InvalidValueException malformed(String url) {
        String scheme = url.substring(0, url.indexOf(':', "jdbc:".length()) + 1);
        String form = switch (scheme) {
            case SQLITE -> "FILE?PARAMETER=VALUE";
            case H2 -> "PATH;SETTING=VALUE";
            default -> "//HOST:PORT/DATABASE?PARAMETER=VALUE, where @, : or % in a value is written as %40, %3A or %25";
        };
        return refused("the driver can't read the URL or the value of a parameter; its form is " + scheme + form);
    }

    private static InvalidValueException refused(String reason) {
        return new InvalidValueException("uri", reason, ErrorContext.of("open"), null);
    }
}
