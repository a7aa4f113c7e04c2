package io.storeway.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.storeway.error.StorageClosedException;
import io.storeway.error.StorageTimeoutException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.testkit.fault.TcpProxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The network breaks, and the server dies. */
@Timeout(60)
class RedisFaultsTest {

    private static final String FILE_FIRST = "appendfsync always";

    @TempDir
    Path folder = Path.of("");

    private @Nullable RedisNode started;
    private @Nullable TcpProxy between;
    private @Nullable RedisStore opened;

    @BeforeEach
    void start() {
        started = new RedisNode(folder, "appendonly yes", FILE_FIRST);
        between = TcpProxy.before("127.0.0.1", node().port());
        opened = open("10s");
    }

    @AfterEach
    void stop() {
        patient().close();
        proxy().close();
        node().close();
    }

    private RedisNode node() {
        return Objects.requireNonNull(started);
    }

    private TcpProxy proxy() {
        return Objects.requireNonNull(between);
    }

    private RedisStore patient() {
        return Objects.requireNonNull(opened);
    }

    private RedisStore open(String timeout) {
        return RedisStore.open("redis://127.0.0.1:" + proxy().port() + "?timeout=" + timeout);
    }

    private static void put(KeyValueStore store, String key, String value) {
        store.commit(List.of(), List.of(Write.put(key, value.getBytes(StandardCharsets.UTF_8))));
    }

    private static String text(KeyValueStore store, String key) {
        Entry entry = store.get(key);
        return entry == null ? "absent" : new String(entry.value(), StandardCharsets.UTF_8);
    }

    /** How many commits the server has run. */
    private long commits() {
        RedisClient client = RedisClient.create(node().uri());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            Matcher calls = Pattern.compile("cmdstat_evalsha:calls=(\\d+)")
                    .matcher(connection.sync().info("commandstats"));
            return calls.find() ? Long.parseLong(calls.group(1)) : 0;
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    @Test
    void aWriteThatIsCutBeforeItArrivesIsUnknownAndNotSentAgain() {
        put(patient(), "k", "before");
        long commits = commits();
        proxy().cutBefore("the-new-value");
        assertThatThrownBy(() -> put(patient(), "k", "the-new-value")).isInstanceOf(UnknownOutcomeException.class);
        proxy().heal();
        assertThat(text(patient(), "k")).isEqualTo("before");
        assertThat(commits()).isEqualTo(commits);
    }

    @Test
    void aWriteWhoseAnswerIsLostIsUnknownAndNotSentAgain() {
        put(patient(), "k", "before");
        long commits = commits();
        proxy().cutAfter("the-new-value");
        assertThatThrownBy(() -> put(patient(), "k", "the-new-value")).isInstanceOf(UnknownOutcomeException.class);
        proxy().heal();
        assertThat(text(patient(), "k")).isEqualTo("the-new-value");
        assertThat(commits()).isEqualTo(commits + 1);
    }

    @Test
    void aServerThatDoesNotAnswerIsWaitedForNoLongerThanTheTimeout() {
        put(patient(), "k", "1");
        try (RedisStore reader = open("300ms");
                RedisStore writer = open("300ms");
                RedisStore lister = open("300ms")) {
            writer.get("k");
            proxy().swallowReplies();
            long start = System.nanoTime();
            assertThatThrownBy(() -> reader.get("k")).isInstanceOf(StorageTimeoutException.class);
            assertThatThrownBy(() -> put(writer, "k", "2")).isInstanceOf(UnknownOutcomeException.class);
            assertThatThrownBy(() -> lister.list("", null, 10)).isInstanceOf(StorageTimeoutException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(900), Duration.ofSeconds(9));
            proxy().heal();
        }
        assertThat(text(patient(), "k")).isEqualTo("2");
    }

    @Test
    void aConnectionOnWhichNoAnswerComesIsGivenUp() {
        try (RedisStore hasty = open("1s")) {
            hasty.get("k");
            long connections = proxy().connections();
            proxy().swallowReplies();
            assertThatThrownBy(() -> hasty.get("k")).isInstanceOf(StorageTimeoutException.class);
            long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
            while (proxy().connections() == connections && System.nanoTime() < end) {
                Thread.onSpinWait();
            }
            assertThat(proxy().connections()).isGreaterThan(connections);
            proxy().heal();
        }
        assertThat(text(patient(), "k")).isEqualTo("absent");
    }

    @Test
    void aLostConnectionIsReplacedWithoutAWord() {
        put(patient(), "k", "1");
        for (int i = 0; i < 5; i++) {
            proxy().reset();
            assertThat(text(patient(), "k")).isEqualTo("1");
            put(patient(), "k", "1");
        }
        assertThat(proxy().connections()).isGreaterThanOrEqualTo(6);
    }

    @Test
    void aKilledServerIsUnavailableAndServesAgainWithAllThatWasAcknowledged() {
        assertThat(patient().durable()).isTrue();
        IntStream.range(0, 100).forEach(i -> put(patient(), "k" + i, "v" + i));
        try (RedisStore hasty = open("300ms")) {
            put(hasty, "k", "1");
            node().kill();
            assertThatThrownBy(() -> hasty.get("k")).isInstanceOf(StorageUnavailableException.class);
            assertThatThrownBy(() -> put(hasty, "k", "2")).isInstanceOf(StorageUnavailableException.class);
            assertThatThrownBy(() -> open("300ms")).isInstanceOf(StorageUnavailableException.class);
            node().startAgain();
        }
        assertThat(IntStream.range(0, 100))
                .allMatch(i -> text(patient(), "k" + i).equals("v" + i));
        assertThat(text(patient(), "k")).isEqualTo("1");
        put(patient(), "k", "3");
        assertThat(text(patient(), "k")).isEqualTo("3");
    }

    @Test
    void callersOfAClosedStoreAreToldSoAtOnce() {
        RedisStore store = open("10s");
        proxy().refuse();
        store.close();
        assertThatThrownBy(() -> store.get("k")).isInstanceOf(StorageClosedException.class);
        proxy().heal();
        assertThat(text(patient(), "k")).isEqualTo("absent");
    }

    @Test
    void anInterruptedThreadFinishesItsCallAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        put(patient(), "k", "1");
        assertThat(text(patient(), "k")).isEqualTo("1");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aCommitThatIsTooLargeForOneCommandIsRefusedBeforeItEndsTheConnection() {
        List<Write> writes = IntStream.range(0, 117_000)
                .mapToObj(i -> Write.put("many:" + i, "1".getBytes(StandardCharsets.UTF_8)))
                .toList();
        assertThatThrownBy(() -> patient().commit(List.of(), writes))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("at most 116507 entries", "this has 117000");
        assertThat(patient().get("many:0")).isNull();
    }
}
