package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.error.ErrorContext;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.testkit.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A partition whose records have all expired is one without records: for the loader, and for how long it is remembered. */
class CachedExpiryTest {

    record Quote(String ticker, int number, @Nullable Instant until) {}

    private static final EntityType<Quote> QUOTES = EntityType.of(Quote.class)
            .named("quotes")
            .partitionedBy(Quote::ticker)
            .identifiedBy(Quote::number)
            .nullable(Quote::until)
            .expiresAt(Quote::until)
            .build();

    private static final Instant START = Instant.parse("2025-11-21T00:00:00Z");
    private static final CachePolicy DAY = CachePolicy.lasting(Duration.ofDays(1));

    private final ManualClock clock = new ManualClock(START);
    private final HookedStore sourceStore = new HookedStore();
    private final KvStorage source = KvStorage.open(sourceStore, Catalog.of(QUOTES), clock);
    private final AtomicInteger loads = new AtomicInteger();
    private CachedStorage storage =
            CachedStorage.over(source, new MemoryStore()).open();

    @AfterEach
    void close() {
        storage.close();
    }

    /** Each load gives a quote that lasts for a minute. */
    private Repository<Quote> open(CachePolicy policy, UnaryOperator<CachedStorageBuilder> more) {
        Loader<Quote> loader = partition -> List.of(
                new Quote("SPY", loads.incrementAndGet(), clock.instant().plusSeconds(60)));
        storage = more.apply(CachedStorage.over(source, new MemoryStore())
                        .clock(clock)
                        .cache(QUOTES, policy, loader))
                .open();
        return storage.repository(QUOTES);
    }

    private Repository<Quote> open(CachePolicy policy) {
        return open(policy, builder -> builder);
    }

    @Test
    void theLoaderIsAskedAgainWhenTheLastRecordHasExpiredAndNotBefore() {
        for (boolean near : List.of(false, true)) {
            loads.set(0);
            source.repository(QUOTES).partition("SPY").clear();
            Repository<Quote> quotes = open(DAY, builder -> near ? builder.near(10, Duration.ofHours(1)) : builder);
            for (int minute = 1; minute <= 3; minute++) {
                for (int read = 0; read < 4; read++) {
                    assertThat(quotes.partition("SPY").list())
                            .extracting(Quote::number)
                            .containsExactly(minute);
                }
                clock.advance(Duration.ofMillis(59_999));
                assertThat(quotes.find("SPY", minute)).isPresent();
                assertThat(loads).hasValue(minute);
                clock.advance(Duration.ofMillis(1));
            }
            storage.close();
        }
    }

    @Test
    void aRecordThatDoesNotExpireKeepsThePartitionFromBeingLoaded() {
        source.repository(QUOTES)
                .insertAll(List.of(new Quote("SPY", 100, START.plusSeconds(1)), new Quote("SPY", 101, null)));
        Repository<Quote> quotes = open(DAY);
        clock.advance(Duration.ofHours(1));
        assertThat(quotes.partition("SPY").list()).extracting(Quote::number).containsExactly(101);
        assertThat(loads).hasValue(0);
    }

    @Test
    void thatAllRecordsHaveExpiredIsRememberedAsAbsenceIs() {
        source.repository(QUOTES).insert(new Quote("SPY", 100, START.plusSeconds(1)));
        clock.advance(Duration.ofSeconds(1));
        storage = CachedStorage.over(source, new MemoryStore())
                .clock(clock)
                .cache(QUOTES, DAY.rememberAbsent(Duration.ofMinutes(5)))
                .open();
        Repository<Quote> quotes = storage.repository(QUOTES);
        assertThat(quotes.find("SPY", 100)).isEmpty();
        int reads = sourceStore.reads.get();
        clock.advance(Duration.ofMinutes(5).minusMillis(1));
        assertThat(quotes.find("SPY", 100)).isEmpty();
        assertThat(sourceStore.reads).hasValue(reads);
        clock.advance(Duration.ofMillis(1));
        assertThat(quotes.find("SPY", 100)).isEmpty();
        assertThat(sourceStore.reads).hasValueGreaterThan(reads);
    }

    @Test
    void whatHasExpiredIsNotServedForARecordThatNobodyCanAskFor() {
        Repository<Quote> quotes = open(DAY.staleIfError(Duration.ofDays(1)));
        quotes.find("SPY", 1);
        clock.advance(Duration.ofSeconds(60));
        sourceStore.beforeRead = () -> {
            throw new StorageUnavailableException("The server is down", ErrorContext.of("test"), null);
        };
        assertThatThrownBy(() -> quotes.find("SPY", 1)).isInstanceOf(StorageUnavailableException.class);
    }
}
