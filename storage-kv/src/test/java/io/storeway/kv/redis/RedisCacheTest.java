package io.storeway.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.error.StorageUnavailableException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.kv.cache.InvalidationChannel;
import io.storeway.testkit.engine.Engines;
import io.storeway.testkit.fault.TcpProxy;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A cache in Redis, with caches in the processes before it that tell each other by Redis what has changed. */
@Timeout(60)
class RedisCacheTest {

    /** Held here, or the level would be forgotten: broken connections are what this is about. */
    private static final Logger LETTUCE = Logger.getLogger("io.lettuce");

    static {
        LETTUCE.setLevel(Level.OFF);
    }

    record Item(String id, String text) {}

    private static final EntityType<Item> ITEMS = EntityType.of(Item.class)
            .named("items")
            .identifiedBy(Item::id)
            .keyValue("item:{id}", Blob.object())
            .build();

    private final String uri = Engines.redis().newPlace();
    private final KvStorage source = KvStorage.open(new MemoryStore(), Catalog.of(ITEMS));
    private final List<AutoCloseable> opened = new ArrayList<>();

    private <C extends AutoCloseable> C closing(C resource) {
        opened.add(0, resource);
        return resource;
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable resource : opened) {
            resource.close();
        }
    }

    private CachedStorage instance(InvalidationChannel channel) {
        return closing(CachedStorage.over(source, closing(RedisStore.open(uri)))
                .cache(ITEMS, CachePolicy.lasting(Duration.ofHours(1)))
                .near(100, Duration.ofHours(1))
                .channel(channel)
                .open());
    }

    /** Says what it was told, in a queue. */
    private record Told(BlockingQueue<String> messages) implements InvalidationChannel.Listener {
        @Override
        public void changed(String entry) {
            messages.add(entry);
        }

        @Override
        public void missed() {
            messages.add("missed");
        }

        @Nullable
        String next() throws InterruptedException {
            return messages.poll(20, TimeUnit.SECONDS);
        }
    }

    private static Told told() {
        return new Told(new LinkedBlockingQueue<>());
    }

    @Test
    void whatOneInstanceHasWrittenTheOtherReadsAtOnce() {
        Repository<Item> here =
                instance(RedisInvalidationChannel.open(uri, "items")).repository(ITEMS);
        CachedStorage elsewhere = instance(RedisInvalidationChannel.open(uri, "items"));
        Repository<Item> there = elsewhere.repository(ITEMS);
        here.insert(new Item("a", "0"));
        there.find("a");
        for (int i = 1; i <= 20; i++) {
            Item item = new Item("a", Integer.toString(i));
            assertThat(there.find("a")).isPresent();
            here.update(item);
            // Without the message the old record would stay for an hour.
            await(() -> there.find("a").orElseThrow().equals(item));
        }
        assertThat(elsewhere.statistics(ITEMS).hits()).isPositive();
    }

    @Test
    void messagesReachOthersAndNotTheirSender() throws InterruptedException {
        RedisInvalidationChannel here = closing(RedisInvalidationChannel.open(uri, "names"));
        RedisInvalidationChannel there = closing(RedisInvalidationChannel.open(uri, "names"));
        Told hereTold = told();
        Told thereTold = told();
        here.subscribe(hereTold);
        there.subscribe(thereTold);
        assertThat(hereTold.next()).isEqualTo("missed");
        assertThat(thereTold.next()).isEqualTo("missed");
        here.publish("cache:é{1}");
        assertThat(thereTold.next()).isEqualTo("cache:é{1}");
        there.publish("answer");
        assertThat(hereTold.next()).as("its own message did not come before").isEqualTo("answer");
    }

    @Test
    void aLostConnectionComesBackAndTheListenerLearnsThatItMayHaveMissedMessages() throws InterruptedException {
        try (TcpProxy proxy = TcpProxy.before("127.0.0.1", URI.create(uri).getPort())) {
            RedisInvalidationChannel here = closing(RedisInvalidationChannel.open(uri, "lost"));
            RedisInvalidationChannel there = closing(
                    RedisInvalidationChannel.open("redis://127.0.0.1:" + proxy.port() + "?timeout=500ms", "lost"));
            Told thereTold = told();
            here.subscribe(told());
            there.subscribe(thereTold);
            assertThat(thereTold.next()).isEqualTo("missed");
            proxy.refuse();
            here.publish("unheard");
            await(() -> !sent(there));
            assertThatThrownBy(() -> there.publish("unsent")).isInstanceOf(StorageUnavailableException.class);
            proxy.heal();
            assertThat(thereTold.next()).isEqualTo("missed");
            here.publish("heard");
            assertThat(thereTold.next()).isEqualTo("heard");
        }
    }

    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        boolean met = condition.getAsBoolean();
        while (!met && System.nanoTime() < end) {
            Thread.onSpinWait();
            met = condition.getAsBoolean();
        }
        assertThat(met).as("within 20 seconds").isTrue();
    }

    private static boolean sent(InvalidationChannel channel) {
        try {
            channel.publish("into the void");
            return true;
        } catch (StorageUnavailableException e) {
            return false;
        }
    }

    @Test
    void aNearCacheForgetsEverythingWhenItMayHaveMissedMessages() {
        List<InvalidationChannel.Listener> listeners = new ArrayList<>();
        CachedStorage storage = instance(new InvalidationChannel() {
            @Override
            public void publish(String entry) {
                assertThat(listeners).hasSize(1);
            }

            @Override
            public void subscribe(Listener listener) {
                listeners.add(listener);
            }

            @Override
            public void close() {
                listeners.clear();
            }
        });
        Repository<Item> items = storage.repository(ITEMS);
        Repository<Item> elsewhere = closing(CachedStorage.over(source, closing(RedisStore.open(uri)))
                        .cache(ITEMS, CachePolicy.lasting(Duration.ofHours(1)))
                        .open())
                .repository(ITEMS);
        items.insert(new Item("a", "1"));
        for (int i = 0; i < 3; i++) {
            items.find("a");
        }
        elsewhere.update(new Item("a", "2"));
        assertThat(items.find("a")).as("nobody told this instance").contains(new Item("a", "1"));
        listeners.get(0).missed();
        assertThat(items.find("a")).contains(new Item("a", "2"));
    }
}
