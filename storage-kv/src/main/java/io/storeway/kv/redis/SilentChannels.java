package io.storeway.kv.redis;

import io.lettuce.core.resource.NettyCustomizer;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Knows which connections have been sent something and have answered nothing since, so that those can be given up that a
 * broken network keeps open. Thread-safe.
 */
final class SilentChannels implements NettyCustomizer {

    private final Map<Channel, Watch> channels = new ConcurrentHashMap<>();

    private static final class Watch extends ChannelDuplexHandler {

        /** When something was sent that nothing has come after; 0 if there is none. */
        private volatile long unansweredSince;

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) throws Exception {
            if (unansweredSince == 0) {
                unansweredSince = System.nanoTime() | 1;
            }
            super.write(context, message, promise);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
            unansweredSince = 0;
            super.channelRead(context, message);
        }
    }

    @Override
    public void afterChannelInitialized(Channel channel) {
        Watch watch = new Watch();
        channel.pipeline().addFirst(watch);
        channels.put(channel, watch);
        channel.closeFuture().addListener(closed -> channels.remove(channel));
    }

    /** Closes the connections that have been silent for so long; they come back by themselves. */
    void close(Duration silence) {
        long now = System.nanoTime();
        channels.forEach((channel, watch) -> {
            long since = watch.unansweredSince;
            if (since != 0 && now - since >= silence.toNanos()) {
                var unused = channel.close();
            }
        });
    }
}
