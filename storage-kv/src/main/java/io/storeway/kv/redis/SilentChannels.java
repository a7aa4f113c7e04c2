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
 * Finds connections that have been sent something and haven't answered since, so that one which a broken network keeps open can be given
 * up. Thread-safe.
 */
final class SilentChannels implements NettyCustomizer {

    private final Map<Channel, Watch> channels = new ConcurrentHashMap<>();

    private static final class Watch extends ChannelDuplexHandler {

        /** When the first command was sent that has had no answer; 0 if all have been answered. */
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

    /** Closes connections that have been silent for so long; they are then made again automatically. */
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
