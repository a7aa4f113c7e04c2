package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An application that is a module itself. */
class ModulePathTest {

    @TempDir
    Path folder;

    @Test
    void aRecordInAnOpenPackageNeedsNoLookup() throws Exception {
        Path module = Files.writeString(folder.resolve("module-info.java"), """
                module app {
                    requires io.storeway.api;
                    exports app;
                    opens app to io.storeway.api;
                }
                """);
        Path types = Files.writeString(folder.resolve("Types.java"), """
                package app;

                import io.storeway.EntityType;

                public class Types {
                    record Book(String isbn) {}

                    public static Object books() {
                        return EntityType.of(Book.class).identifiedBy(Book::isbn).build();
                    }
                }
                """);
        List<Path> path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("jspecify") || entry.endsWith("classes"))
                .filter(entry -> !entry.endsWith("test-classes"))
                .map(Path::of)
                .collect(Collectors.toList());
        Path compiled = folder.resolve("compiled");
        StringWriter said = new StringWriter();
        int failed = ToolProvider.findFirst("javac")
                .orElseThrow()
                .run(
                        new PrintWriter(said),
                        new PrintWriter(said),
                        "--module-path",
                        path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
                        "-d",
                        compiled.toString(),
                        module.toString(),
                        types.toString());
        assertThat(failed).as(said.toString()).isZero();
        path.add(compiled);
        ModuleLayer boot = ModuleLayer.boot();
        Configuration modules = Configuration.resolve(
                ModuleFinder.of(path.toArray(Path[]::new)),
                List.of(boot.configuration()),
                ModuleFinder.of(),
                Set.of("app"));
        ClassLoader loader = ModuleLayer.defineModulesWithOneLoader(
                        modules, List.of(boot), ClassLoader.getPlatformClassLoader())
                .layer()
                .findLoader("app");
        assertThat(loader.loadClass("app.Types").getMethod("books").invoke(null))
                .hasToString("Book");
    }
}
