package io.storeway.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Migrations in an application that is a module: there the records of a run can be reached by who is in their module alone. */
class ModulePathTest {

    private static final Pattern NEEDED =
            Pattern.compile(".*(storage-(api|kv|sql|migrate)|jspecify|jdbi3|geantyref|HikariCP"
                    + "|slf4j-api|jackson-core|resilience4j|sqlite-jdbc).*");

    private static final String MODULE = """
            module app {
                requires io.storeway.kv;
                requires io.storeway.sql;
                requires io.storeway.migrate;
                exports app;
                opens app to io.storeway.migrate;
            }
            """;

    private static final String APPLICATION = """
            package app;

            import io.storeway.*;
            import io.storeway.migrate.*;
            import io.storeway.migrate.routing.*;
            import java.lang.invoke.MethodHandles;
            import java.util.Optional;

            public class App implements AutoCloseable {
                record Note(String id, String text) {}

                public interface Notes {
                    @Reads(key = "0") Optional<String> find(String id);
                    @Writes(key = "0") void save(String id, String text);
                }

                private static final EntityType<Note> NOTES = EntityType.of(Note.class, MethodHandles.lookup())
                        .named("notes").identifiedBy(Note::id).keyValue("note:{id}", Blob.object()).build();

                private final Storage old;
                private final Storage fresh;

                public App(String folder) {
                    old = Storages.open("kv+jdbc:sqlite:" + folder + "/old.db", Catalog.of(NOTES));
                    fresh = Storages.open("jdbc:sqlite:" + folder + "/new.db", Catalog.of(NOTES));
                    old.repository(NOTES).save(new Note("a", "b"));
                }

                public void migrate() {
                    Migration migration = Migration.from(old).to(fresh).build();
                    migration.backfill();
                    Migration.from(old).to(fresh).share().build().backfill();
                    migration.runOnce("1");
                    migration.verifyContinuously(round -> migration.stop());
                    migration.target().acceptances();
                    if (!migration.verify().equal() || !fresh.repository(NOTES).exists("a")) {
                        throw new AssertionError("It isn't copied");
                    }
                }

                public void route() {
                    try (RoutedStorage storage = RoutedStorage.between(old, fresh).named("m").controlledBy(fresh).instance("i").open()) {
                        storage.control().advance("ann", "start");
                        storage.control().backfill("ann", "copy");
                        storage.repository(NOTES).save(new Note("c", "d"));
                        storage.control().advance("ann", "equal");
                        if (!fresh.repository(NOTES).exists("a") || storage.control().status().stage() != Stage.SHADOW) {
                            throw new AssertionError("It isn't in SHADOW");
                        }
                    }
                }

                private Notes over(Storage storage) {
                    return new Notes() {
                        @Override public Optional<String> find(String id) {
                            return storage.repository(NOTES).find(id).map(Note::text);
                        }
                        @Override public void save(String id, String text) {
                            storage.repository(NOTES).save(new Note(id, text));
                        }
                    };
                }

                public void routeAnInterface() {
                    try (Router<Notes> router = Router.between(Notes.class, over(old), over(fresh))
                            .named("r").controlledBy(fresh).instance("i").open()) {
                        router.control().advance("ann", "start");
                        router.repository().save("e", "f");
                        if (!router.repository().find("e").equals(over(fresh).find("e"))) {
                            throw new AssertionError("It isn't written to both");
                        }
                    }
                }

                @Override
                public void close() {
                    old.close();
                    fresh.close();
                }
            }
            """;

    @TempDir
    Path folder;

    private Class<?> application;

    @BeforeEach
    void compile() throws Exception {
        List<Path> path = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> NEEDED.matcher(entry).matches() && !entry.endsWith("test-classes"))
                .map(Path::of)
                .collect(Collectors.toCollection(ArrayList::new));
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
                        Files.writeString(folder.resolve("module-info.java"), MODULE)
                                .toString(),
                        Files.writeString(folder.resolve("App.java"), APPLICATION)
                                .toString());
        assertThat(failed).as(said.toString()).isZero();
        path.add(compiled);
        ModuleLayer boot = ModuleLayer.boot();
        Configuration modules = Configuration.resolveAndBind(
                ModuleFinder.of(path.toArray(Path[]::new)),
                List.of(boot.configuration()),
                ModuleFinder.of(),
                Set.of("app", "org.xerial.sqlitejdbc"));
        application = ModuleLayer.defineModulesWithOneLoader(
                        modules, List.of(boot), ClassLoader.getPlatformClassLoader())
                .layer()
                .findLoader("app")
                .loadClass("app.App");
    }

    private void call(String method) throws Exception {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(application.getClassLoader());
        try (AutoCloseable app =
                (AutoCloseable) application.getConstructor(String.class).newInstance(folder.toString())) {
            application.getMethod(method).invoke(app);
            assertThat(app.getClass().getModule().isNamed()).isTrue();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    @Test
    void aMigrationRunsBetweenStoragesOfAModule() throws Exception {
        call("migrate");
    }

    @Test
    void aRoutedStorageMovesThroughItsFirstStages() throws Exception {
        call("route");
    }

    @Test
    void aRouterCallsAnInterfaceInAPackageThatIsOpenedToIt() throws Exception {
        call("routeAnInterface");
    }
}
