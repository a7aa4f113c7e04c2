package io.storeway.migrate.routing;

import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A flag that says which stage is wished for. The migration follows a wish one step at a time, as far as the guards of each step
 * allow; one instance makes the steps. If asking fails, takes too long, or yields no stage, nothing changes, and {@link
 * RoutedStorage#advice()} says why.
 *
 * <p>Asked in the background, once a heartbeat and never twice at once; no call of the application waits for it.
 */
@FunctionalInterface
public interface StageAdvisor {

    /**
     * The present wish.
     *
     * @throws RuntimeException of any kind, if it can't be found out
     */
    Wish wish();

    /**
     * Reads a properties file with {@code stage}, {@code percent} and {@code readNew}, each of which may be left out. While there is no
     * such file, nothing is wished.
     */
    static StageAdvisor file(Path path) {
        return () -> {
            Properties flags = new Properties();
            try (Reader reader = Files.newBufferedReader(path, StandardCharsets.UTF_8)) {
                flags.load(reader);
            } catch (NoSuchFileException e) {
                return Wish.NONE;
            } catch (IOException e) {
                throw new UncheckedIOException("The flags' file " + path + " can't be read", e);
            }
            return from("The flags' file " + path, () -> {
                for (Object name : flags.keySet()) {
                    if (!Set.of("stage", "percent", "readNew").contains(name)) {
                        throw new IllegalArgumentException(
                                "it has the member " + name + "; it may have stage, percent and readNew");
                    }
                }
                return of(flags::getProperty);
            });
        };
    }

    /**
     * Reads the system properties {@code storage.MIGRATION.stage}, {@code .percent} and {@code .readNew}, each of which may be
     * left out.
     */
    static StageAdvisor systemProperties(String migration) {
        String prefix = "storage." + migration + ".";
        return () -> from("The system properties " + prefix + "*", () -> of(name -> System.getProperty(prefix + name)));
    }

    /**
     * Reads an entry of a key-value store by {@link Wish#parse}: a stage, or {@code true} or {@code false} to allow or forbid reads of
     * the new storage. While there is no such entry, nothing is wished.
     */
    static StageAdvisor key(KeyValueStore store, String key) {
        return () -> {
            KeyValueStore.Entry entry = store.get(key);
            return entry == null
                    ? Wish.NONE
                    : from("The flag " + key, () -> Wish.parse(new String(entry.value(), StandardCharsets.UTF_8)));
        };
    }

    /** Says which flags are wrong; a message about them has no values, as a wrong key may be that of a secret. */
    private static Wish from(String flags, Supplier<Wish> wish) {
        try {
            return wish.get();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(flags + ": " + e.getMessage(), e);
        }
    }

    private static Wish of(Function<String, @Nullable String> flags) {
        String stage = flags.apply("stage");
        String percent = flags.apply("percent");
        String readNew = flags.apply("readNew");
        return new Wish(
                stage == null ? null : Wish.stage(stage.strip()),
                percent == null ? OptionalInt.empty() : OptionalInt.of(Wish.share(percent.strip())),
                readNew == null || Wish.readNew(readNew));
    }
}
