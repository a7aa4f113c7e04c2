package io.storeway.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.ClassTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test class once for each storage it names.
 *
 * <pre>{@code
 * @StorageTest({"memory", "sqlite", "postgres"})
 * class WatchlistServiceTest {
 *     static final Catalog CATALOG = Catalog.of(WATCHLISTS);
 *
 *     @Test
 *     void addedTickersAreListed(Storage storage) { … }
 * }
 * }</pre>
 *
 * <p>The class must have exactly one static field of the type {@link io.storeway.Catalog}. Each test method may have two parameters:
 * a fresh, empty {@link io.storeway.Storage} of this catalog, and the {@link io.storeway.testkit.ManualClock} that judges its
 * expiry. Methods with {@code @BeforeEach} and {@code @AfterEach} may have them, too; constructors and {@code @BeforeAll} may not.
 *
 * <p>Known are {@code memory}, {@code mvstore}, {@code rocksdb}, {@code sqlite}, {@code h2}, {@code postgres}, {@code mariadb},
 * {@code redis} and {@code redis-cluster}, and the names of every {@link StorageSource} that the ServiceLoader finds. Composites have
 * their parts in brackets: {@code cached(sqlite)} has a cache in front of SQLite, {@code READ_NEW(mvstore, sqlite)} is a routed
 * storage in that stage; a {@link io.storeway.spi.CompositeStorageProvider} makes them. If a dependency is missing on the class
 * path, the tests fail and name it; if a server can't run on this machine, its tests are skipped with the reason.
 */
@Documented
@Inherited
@ClassTemplate
@ExtendWith(StorageTestExtension.class)
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface StorageTest {

    /** The names of the storages. */
    String[] value();
}
