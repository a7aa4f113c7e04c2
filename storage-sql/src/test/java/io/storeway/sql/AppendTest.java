package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Repository;
import io.storeway.error.TransactionFailedException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;

/** What holds when several append to one ordered partition at one time. */
class AppendTest {

    private static final int WRITERS = 4;
    private static final int ROUNDS = 20;

    @TempDir
    Path directory;

    private static boolean append(Repository<Library.Ticker> tickers, int writer) {
        for (int round = 0; round < ROUNDS; round++) {
            boolean appended = false;
            while (!appended) {
                try {
                    // Keys fall as rounds go on, so that an order by key would not pass for one by place.
                    tickers.partition("c").append(new Library.Ticker("c", writer + "-" + (99 - round), null));
                    appended = true;
                } catch (TransactionFailedException e) {
                    assertThat(e.retryable()).isTrue();
                }
            }
        }
        return true;
    }

    @EachEngine
    void noneIsLostEachWriterKeepsItsOrderAndAllReadersSeeTheSame(Engine engine) throws Exception {
        try (SqlStorage storage = engine.open(directory, Catalog.of(Library.TICKERS))) {
            Repository<Library.Ticker> tickers = storage.repository(Library.TICKERS);
            ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
            try {
                List<Callable<Boolean>> writers = IntStream.range(0, WRITERS)
                        .<Callable<Boolean>>mapToObj(writer -> () -> append(tickers, writer))
                        .toList();
                for (Future<Boolean> done : threads.invokeAll(writers)) {
                    assertThat(done.get()).isTrue();
                }
            } finally {
                threads.shutdownNow();
            }
            List<String> symbols = tickers.partition("c").list().stream()
                    .map(Library.Ticker::symbol)
                    .toList();
            assertThat(symbols).hasSize(WRITERS * ROUNDS).doesNotHaveDuplicates();
            for (int writer = 0; writer < WRITERS; writer++) {
                String own = writer + "-";
                assertThat(symbols.stream().filter(symbol -> symbol.startsWith(own)))
                        .containsExactlyElementsOf(IntStream.range(0, ROUNDS)
                                .mapToObj(round -> own + (99 - round))
                                .toList());
            }
            assertThat(tickers.partition("c").list())
                    .extracting(Library.Ticker::symbol)
                    .isEqualTo(symbols);
            tickers.partition("c").append(new Library.Ticker("c", "0", null));
            assertThat(tickers.partition("c").list().get(WRITERS * ROUNDS).symbol())
                    .isEqualTo("0");
        }
    }
}
