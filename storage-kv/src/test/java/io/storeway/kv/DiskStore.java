package io.storeway.kv;

import io.storeway.kv.rocks.RocksStore;
import io.storeway.spi.KeyValueStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The stores that keep their data on disk. */
enum DiskStore {
    MVSTORE {
        @Override
        KeyValueStore open(Path path, Durability durability) {
            return MvStore.open(path, durability);
        }
    },
    ROCKSDB {
        @Override
        KeyValueStore open(Path path, Durability durability) {
            return RocksStore.open(path, durability);
        }
    };

    abstract KeyValueStore open(Path path, Durability durability);

    /** Copies what is on the disk, as the death of the process would leave it. */
    static Path copy(Path from, Path to) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(from)) {
            files = all.toList();
        }
        for (Path file : files) {
            Files.copy(file, to.resolve(from.relativize(file).toString()));
        }
        return to;
    }

    /** A Java process that runs the main class with the arguments, its error output with the other one. */
    static ProcessBuilder child(Class<?> main, String classPath, String... arguments) {
        List<String> java = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath, main.getName());
        return new ProcessBuilder(
                        Stream.concat(java.stream(), Stream.of(arguments)).toList())
                .redirectErrorStream(true);
    }
}
