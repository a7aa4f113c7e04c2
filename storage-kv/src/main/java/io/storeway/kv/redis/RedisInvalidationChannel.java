package io.storeway.kv.redis;

import io.storeway.kv.cache.InvalidationChannel;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Messages between caches by Redis' publish and subscribe. Thread-safe. Needs {@code io.lettuce:lettuce-core} on the class
 * path.
 *
 * <p>A lost connection is made again automatically. What was published meanwhile is lost; the listener is told so once the connection is
 * back. Until then entries of near caches stay for their time to live.
 */
public final class RedisInvalidationChannel implements InvalidationChannel {

    private final RedisLink link;
    private final byte[] channel;
    private final UUID self = UUID.randomUUID();
    private volatile @Nullable Subscription subscription;

    private RedisInvalidationChannel(RedisLink link, String name) {
        this.link = link;
        this.channel = Places.utf8(name);
    }

    /**
     * Connects to a server.
     *
     * @param uri as for {@link RedisStore#open}; database and tag don't matter
     * @param name the name of the channel, which all instances of the application share and nobody else uses
     * @throws io.storeway.error.InvalidValueException if the URI is no URI of a Redis
     * @throws io.storeway.error.StorageUnavailableException if the server can't be reached or refuses the client, or Lettuce
     *     is missing
     */
    public static RedisInvalidationChannel open(String uri, String name) {
        RedisStore.requireLettuce();
        return new RedisInvalidationChannel(new RedisLink(RedisAddress.parse(uri)), name);
    }

    @Override
    public void publish(String entry) {
        byte[] message = Subscription.message(self, entry);
        link.send("publish", commands -> commands.publish(channel, message));
    }

    @Override
    public void subscribe(Listener listener) {
        subscription = new Subscription(link, channel, self, listener);
    }

    @Override
    public void close() {
        Subscription subscribed = subscription;
        if (subscribed != null) {
            subscribed.close();
        }
        link.close();
    }
}
