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
 * <p>The class has one static field of the type {@link io.storeway.Catalog}. Each test method gets a fresh, empty {@link
 * io.storeway.Storage} of it, and the {@link io.storeway.testkit.ManualClock} that judges its expiry, as parameters;
 * methods with {@code @BeforeEach} and {@code @AfterEach} may ask for the same two, constructors and {@code @BeforeAll} not.
 *
 * <p>Known are {@code memory}, {@code mvstore}, {@code rocksdb}, {@code sqlite}, {@code h2}, {@code postgres}, {@code mariadb},
 * {@code redis} and {@code redis-cluster}, and those of every {@link StorageSource} that the ServiceLoader finds. Some are made of others, which follow in brackets: {@code
 * cached(sqlite)} has a cache in front, and the stages of a migration, for example {@code READ_NEW(mvstore, sqlite)}, lie
 * between two; a {@link io.storeway.spi.CompositeStorageProvider} makes them. What a storage needs and is not on the class path is an error
 * that names the dependency to add; a server that doesn't run on this machine skips its tests with the reason.
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
