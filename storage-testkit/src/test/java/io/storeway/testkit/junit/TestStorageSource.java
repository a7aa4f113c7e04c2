package io.storeway.testkit.junit;

import io.storeway.Catalog;
import io.storeway.Storage;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** Gives storages that know their name and nothing else. */
public final class TestStorageSource implements StorageSource {

    static final AtomicInteger OPEN = new AtomicInteger();

    /** For the ServiceLoader. */
    public TestStorageSource() {}

    @Override
    public Set<String> names() {
        return Set.of("first", "second", "twice");
    }

    @Override
    public Storage open(String name, Catalog catalog, Clock clock, Path folder) {
        if (!Files.isDirectory(folder)) {
            throw new IllegalStateException("There is no folder");
        }
        return named(name);
    }

    /** A storage that counts as open until it is closed, and is closed once. */
    static Storage named(String name) {
        OPEN.incrementAndGet();
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        OPEN.decrementAndGet();
                        return null;
                    }
                    return name;
                });
    }
}
