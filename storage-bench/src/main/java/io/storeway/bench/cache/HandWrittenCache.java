package io.storeway.bench.cache;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.storeway.bench.Orders.Order;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/** A cache of orders as an application would write one by hand. */
final class HandWrittenCache implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectReader READER = JSON.readerFor(Order.class);

    private final Function<String, @Nullable Order> reader;
    private final BiConsumer<String, Order> writer;
    private final Runnable end;

    private HandWrittenCache(Function<String, @Nullable Order> reader, BiConsumer<String, Order> writer, Runnable end) {
        this.reader = reader;
        this.writer = writer;
        this.end = end;
    }

    static HandWrittenCache caffeine(int size, Duration life) {
        Cache<String, Order> cache =
                Caffeine.newBuilder().maximumSize(size).expireAfterWrite(life).build();
        return new HandWrittenCache(cache::getIfPresent, cache::put, cache::invalidateAll);
    }

    static HandWrittenCache mvStore(Path file) {
        MVStore store = MVStore.open(file.toString());
        MVMap<String, byte[]> map = store.openMap("orders");
        return new HandWrittenCache(
                key -> decode(map.get(key)), (key, order) -> map.put(key, encode(order)), store::close);
    }

    static HandWrittenCache redis(String uri) {
        URI server = URI.create(uri);
        RedisClient client = RedisClient.create(RedisURI.create(server.getHost(), server.getPort()));
        StatefulRedisConnection<String, byte[]> connection =
                client.connect(RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE));
        RedisCommands<String, byte[]> commands = connection.sync();
        return new HandWrittenCache(
                key -> decode(commands.get("hand:" + key)),
                (key, order) -> commands.set("hand:" + key, encode(order)),
                client::shutdown);
    }

    private static @Nullable Order decode(byte @Nullable [] json) {
        try {
            return json == null ? null : READER.readValue(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] encode(Order order) {
        try {
            return JSON.writeValueAsBytes(order);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Nullable
    Order get(String id) {
        return reader.apply(id);
    }

    void put(Order order) {
        writer.accept(order.id(), order);
    }

    @Override
    public void close() {
        end.run();
    }
}
