package io.storeway.testkit.junit;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.spi.CompositeStorageProvider;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;

/** A storage that a {@link StorageTest} names: a name alone, or a composite with its parts in brackets. */
sealed interface NamedStorage {

    /** Opens the storage after its parts. Each is pushed as soon as it is open, so that closing from the top closes parts last. */
    Storage open(Catalog catalog, Clock clock, Path folder, Deque<Storage> opened);

    /** A storage that a {@link StorageSource} opens. */
    record Single(String name, StorageSource source) implements NamedStorage {
        @Override
        public Storage open(Catalog catalog, Clock clock, Path folder, Deque<Storage> opened) {
            Storage storage = source.open(name, catalog, clock, folder);
            opened.push(storage);
            return storage;
        }
    }

    /** A storage that is made of others. */
    record Composite(String name, CompositeStorageProvider provider, List<NamedStorage> parts) implements NamedStorage {
        @Override
        public Storage open(Catalog catalog, Clock clock, Path folder, Deque<Storage> opened) {
            List<Storage> made = new ArrayList<>();
            for (int i = 0; i < parts.size(); i++) {
                made.add(parts.get(i).open(catalog, clock, FreshStorage.folder(folder, i), opened));
            }
            Storage storage = provider.compose(name, made, clock);
            opened.push(storage);
            return storage;
        }
    }

    /**
     * Parses a name, and finds the source or provider of each storage in it.
     *
     * @throws ExtensionConfigurationException if the text is malformed, or nothing on the class path knows a name in it
     */
    static NamedStorage of(String text) {
        int open = text.indexOf('(');
        if (open < 0) {
            return single(text.strip());
        }
        if (open == 0 || !text.strip().endsWith(")")) {
            throw new ExtensionConfigurationException(
                    "@StorageTest names " + text + "; a storage made of others is written like cached(sqlite)");
        }
        String name = text.substring(0, open).strip();
        List<NamedStorage> parts =
                parts(text.strip().substring(open + 1, text.strip().length() - 1));
        return new Composite(name, composite(name), parts);
    }

    private static List<NamedStorage> parts(String text) {
        List<NamedStorage> parts = new ArrayList<>();
        int depth = 0;
        int start = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ',' : text.charAt(i);
            if (c == ',' && depth == 0) {
                parts.add(of(text.substring(start, i).strip()));
                start = i + 1;
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return parts;
    }

    private static NamedStorage single(String name) {
        List<StorageSource> sources = Stream.concat(
                        Stream.of(new KnownStorages()),
                        ServiceLoader.load(StorageSource.class).stream().map(ServiceLoader.Provider::get))
                .toList();
        TreeSet<String> names = new TreeSet<>();
        sources.forEach(source -> names.addAll(source.names()));
        List<StorageSource> knowing =
                sources.stream().filter(source -> source.names().contains(name)).toList();
        if (knowing.isEmpty()) {
            throw new ExtensionConfigurationException("@StorageTest names " + name
                    + ", which no StorageSource on the class path knows; known are " + String.join(", ", names));
        }
        if (knowing.size() > 1) {
            throw new ExtensionConfigurationException("@StorageTest names " + name + ", which several know: "
                    + knowing.stream()
                            .map(source -> source.getClass().getName())
                            .collect(Collectors.joining(", "))
                    + "; give the one of your own another name");
        }
        return new Single(name, knowing.get(0));
    }

    private static CompositeStorageProvider composite(String name) {
        List<CompositeStorageProvider> providers = ServiceLoader.load(CompositeStorageProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        TreeSet<String> names = new TreeSet<>();
        providers.forEach(provider -> names.addAll(provider.names()));
        return providers.stream()
                .filter(provider -> provider.names().contains(name))
                .findFirst()
                .orElseThrow(() -> new ExtensionConfigurationException("@StorageTest names " + name
                        + "(…), which nothing on the class path knows; known are " + names
                        + "; stages are in io.storeway:storage-migrate, cached is in io.storeway:storage-kv"));
    }
}
