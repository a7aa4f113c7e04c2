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
import org.jspecify.annotations.Nullable;

/**
 * A flag that wishes a stage. The durable stage record decides: a wish is followed one step at a time, as far as the guards of
 * each step allow, and only by one instance. A wish that can't be had, because asking fails, takes too long, or gives something that
 * is no stage, changes nothing and is reported by {@link RoutedStorage#advice()}.
 *
 * <p>Asked in the background, once a heartbeat and never twice at once; no call of the application waits for it.
 */
@FunctionalInterface
public interface StageAdvisor {

    /**
     * What is wished now.
     *
     * @throws RuntimeException any, if that can't be found out
     */
    Wish wish();

    /**
     * A properties file with the members {@code stage}, {@code percent} and {@code readNew}, each of which may be left out. A
     * file that is not there wishes nothing.
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
            for (Object name : flags.keySet()) {
                if (!Set.of("stage", "percent", "readNew").contains(name)) {
                    throw new IllegalArgumentException(
                            "The flags' file has the member " + name + "; it may have stage, percent and readNew");
                }
            }
            return of(flags::getProperty);
        };
    }

    /**
     * The system properties {@code storage.MIGRATION.stage}, {@code .percent} and {@code .readNew}, each of which may be
     * left out.
     */
    static StageAdvisor systemProperties(String migration) {
        return () -> of(name -> System.getProperty("storage." + migration + "." + name));
    }

    /**
     * An entry of a key-value store, read by {@link Wish#parse}: a stage, or {@code true} and {@code false} as a switch that allows or
     * forbids reads of the new storage. An entry that is not there wishes nothing.
     */
    static StageAdvisor key(KeyValueStore store, String key) {
        return () -> {
            KeyValueStore.Entry entry = store.get(key);
            return entry == null ? Wish.NONE : Wish.parse(new String(entry.value(), StandardCharsets.UTF_8));
        };
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
