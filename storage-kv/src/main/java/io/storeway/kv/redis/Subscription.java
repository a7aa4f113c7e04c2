package io.storeway.kv.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.storeway.kv.cache.InvalidationChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Receives messages, each of which begins with its sender, and passes on those of others. */
final class Subscription extends RedisPubSubAdapter<byte[], byte[]> implements AutoCloseable {

    private static final int SENDER_BYTES = 2 * Long.BYTES;

    private final UUID self;
    private final InvalidationChannel.Listener listener;
    private final StatefulRedisPubSubConnection<byte[], byte[]> connection;

    Subscription(RedisLink link, byte[] channel, UUID self, InvalidationChannel.Listener listener) {
        this.self = self;
        this.listener = listener;
        this.connection = link.messages();
        connection.addListener(this);
        link.read("subscribe", commands -> connection.async().subscribe(channel));
    }

    static byte[] message(UUID sender, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(SENDER_BYTES + bytes.length)
                .putLong(sender.getMostSignificantBits())
                .putLong(sender.getLeastSignificantBits())
                .put(bytes)
                .array();
    }

    /** Called after each connection; messages may have been lost since the one before. */
    @Override
    public void subscribed(byte[] channel, long count) {
        listener.missed();
    }

    @Override
    public void message(byte[] channel, byte[] message) {
        ByteBuffer content = ByteBuffer.wrap(message);
        if (message.length >= SENDER_BYTES && !new UUID(content.getLong(), content.getLong()).equals(self)) {
            listener.changed(StandardCharsets.UTF_8.decode(content).toString());
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
