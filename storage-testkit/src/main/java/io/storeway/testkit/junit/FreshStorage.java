package io.storeway.testkit.junit;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.testkit.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** Opens a storage before each test, passes it as a parameter, names it if the test fails, and closes it. */
final class FreshStorage
        implements BeforeEachCallback,
                AfterEachCallback,
                ParameterResolver,
                TestExecutionExceptionHandler,
                LifecycleMethodExecutionExceptionHandler {

    private static final ExtensionContext.Namespace OPENED = ExtensionContext.Namespace.create(FreshStorage.class);
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final String name;
    private final NamedStorage storage;
    private final Catalog catalog;

    FreshStorage(String name, NamedStorage storage, Catalog catalog) {
        this.name = name;
        this.storage = storage;
        this.catalog = catalog;
    }

    private record Opened(Storage storage, Deque<Storage> all, ManualClock clock, Path folder) {
        void close() throws IOException {
            try {
                all.forEach(Storage::close);
            } finally {
                delete(folder);
            }
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) throws IOException {
        Path folder = Files.createTempDirectory("storeway-test");
        ManualClock clock = new ManualClock(START);
        Deque<Storage> all = new ArrayDeque<>();
        try {
            context.getStore(OPENED)
                    .put(this, new Opened(storage.open(catalog, clock, folder, all), all, clock, folder));
        } catch (RuntimeException | Error e) {
            all.forEach(Storage::close);
            delete(folder);
            e.addSuppressed(new RanOn(name));
            throw e;
        }
    }

    @Override
    public void afterEach(ExtensionContext context) throws IOException {
        Opened opened = opened(context);
        if (opened != null) {
            opened.close();
        }
    }

    private @Nullable Opened opened(ExtensionContext context) {
        return context.getStore(OPENED).get(this, Opened.class);
    }

    /** Creates a folder for one of the storages that a composite is made of. */
    static Path folder(Path parent, int part) {
        try {
            return Files.createDirectory(parent.resolve("part" + part));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> inside = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : inside) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** Names the storage of a failed test, because not every report has display names. Suppressed, so that the failure stays as it is. */
    private static final class RanOn extends Exception {
        private static final long serialVersionUID = 1L;

        RanOn(String name) {
            super("The test ran on the storage " + name, null, false, false);
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        failure.addSuppressed(new RanOn(name));
        throw failure;
    }

    @Override
    public void handleBeforeEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        handleTestExecutionException(context, failure);
    }

    @Override
    public void handleAfterEachMethodExecutionException(ExtensionContext context, Throwable failure) throws Throwable {
        handleTestExecutionException(context, failure);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return opened(context) != null && (type.equals(Storage.class) || type.equals(ManualClock.class));
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Opened opened = opened(context);
        if (opened == null) {
            return null;
        }
        return parameter.getParameter().getType().equals(Storage.class) ? opened.storage() : opened.clock();
    }
}
