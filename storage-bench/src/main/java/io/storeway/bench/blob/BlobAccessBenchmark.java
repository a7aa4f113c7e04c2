package io.storeway.bench.blob;

import io.storeway.bench.TemporaryFolder;
import io.storeway.bench.Turns;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Gets and puts one of 20,000 blobs of about 600 bytes, one thread. An acknowledged put survives the death of the process. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
public class BlobAccessBenchmark {

    private static final int RECORDS = 20_000;

    /** The engine. */
    @Param({"mvstore", "rocksdb", "redis"})
    public String engine = "mvstore";

    /** {@code handwritten} is a blind write by the engine's client; {@code guarded} promises by hand what {@code storeway} does. */
    @Param({"handwritten", "guarded", "storeway"})
    public String library = "storeway";

    private final SplittableRandom random = new SplittableRandom(7);
    private @Nullable TemporaryFolder folder;
    private @Nullable Blobs opened;
    private List<Parcel> parcels = List.of();

    /** Writes the records. */
    @Setup
    public void fill() throws IOException {
        TemporaryFolder files = TemporaryFolder.create();
        folder = files;
        opened = switch (library) {
            case "storeway" -> new StorewayBlobs(engine, files.path());
            case "guarded" -> new GuardedBlobs(BareEngine.of(engine, files.path()));
            default -> new HandWrittenBlobs(BareEngine.of(engine, files.path()));
        };
        IntStream.range(0, RECORDS).forEach(number -> blobs().put(Parcel.of(number, 0)));
        parcels = IntStream.range(0, RECORDS)
                .mapToObj(number -> Parcel.of(number, 1))
                .toList();
    }

    /** Closes the engine and deletes its files. */
    @TearDown
    public void close() {
        blobs().close();
        if (folder != null) {
            folder.close();
        }
    }

    private Blobs blobs() {
        if (opened == null) {
            throw new IllegalStateException("not set up");
        }
        return opened;
    }

    private Parcel any() {
        return parcels.get(random.nextInt(RECORDS));
    }

    /** A record by its key. */
    @Benchmark
    public Parcel get() {
        return blobs().get(any().id());
    }

    /** A record in place of the one that is there. */
    @Benchmark
    public Parcel put() {
        Parcel parcel = any();
        blobs().put(parcel);
        return parcel;
    }

    /**
     * Compares the same operations in {@link Turns}.
     *
     * @param args the engine, and the number of turns
     */
    public static void main(String[] args) throws IOException {
        Map<String, BlobAccessBenchmark> libraries = new LinkedHashMap<>();
        for (String library : List.of("handwritten", "guarded", "storeway")) {
            BlobAccessBenchmark benchmark = new BlobAccessBenchmark();
            benchmark.engine = args[0];
            benchmark.library = library;
            benchmark.fill();
            libraries.put(library, benchmark);
        }
        Turns turns = new Turns(Integer.parseInt(args[1]));
        turns.compare(args[0] + " get", libraries, BlobAccessBenchmark::get);
        turns.compare(args[0] + " put", libraries, BlobAccessBenchmark::put);
        libraries.values().forEach(BlobAccessBenchmark::close);
    }
}
