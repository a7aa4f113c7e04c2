package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An application that is a module itself has on its module path what this one names, and no class path. */
class ModulePathTest {

    private static final Pattern NEEDED =
            Pattern.compile(".*(storage-(api|sql)|jdbi3|geantyref|HikariCP|slf4j-api|jackson-core|sqlite-jdbc).*");

    @Test
    void aModuleThatRequiresStorageSqlOpensAStorage() throws Exception {
        Path[] path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> NEEDED.matcher(entry).matches() && !entry.endsWith("test-classes"))
                .map(Path::of)
                .toArray(Path[]::new);
        ModuleLayer boot = ModuleLayer.boot();
        Configuration modules = Configuration.resolveAndBind(
                ModuleFinder.of(path), List.of(boot.configuration()), ModuleFinder.of(), Set.of("io.storeway.sql"));
        ClassLoader loader = ModuleLayer.defineModulesWithOneLoader(
                        modules, List.of(boot), ClassLoader.getPlatformClassLoader())
                .layer()
                .findLoader("io.storeway.sql");
        Class<?> catalog = loader.loadClass("io.storeway.Catalog");
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(loader);
        try (AutoCloseable storage = (AutoCloseable) loader.loadClass("io.storeway.Storages")
                .getMethod("open", String.class, catalog)
                .invoke(
                        null,
                        "jdbc:sqlite::memory:",
                        catalog.getMethod("internal").invoke(null))) {
            assertThat(storage.getClass().getModule().isNamed()).isTrue();
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }
}
