package io.storeway.testkit.fault;

import java.time.Duration;

/** What the network of a {@link TcpProxy} does to data. */
record Weather(
        Duration latency,
        boolean swallowRequests,
        boolean swallowReplies,
        long requestBytes,
        long replyBytes,
        byte[] trigger,
        boolean triggerSends) {

    static final Weather FINE =
            new Weather(Duration.ZERO, false, false, Long.MAX_VALUE, Long.MAX_VALUE, new byte[0], false);

    Weather withLatency(Duration each) {
        return new Weather(each, swallowRequests, swallowReplies, requestBytes, replyBytes, trigger, triggerSends);
    }

    Weather withSwallowed(boolean requests, boolean replies) {
        return new Weather(latency, requests, replies, requestBytes, replyBytes, trigger, triggerSends);
    }

    Weather withCut(long requests, long replies) {
        return new Weather(latency, swallowRequests, swallowReplies, requests, replies, trigger, triggerSends);
    }

    Weather withTrigger(byte[] text, boolean sends) {
        return new Weather(latency, swallowRequests, swallowReplies, requestBytes, replyBytes, text, sends);
    }

    boolean swallows(boolean request) {
        return request ? swallowRequests : swallowReplies;
    }

    long limit(boolean request) {
        return request ? requestBytes : replyBytes;
    }

    /** Whether the trigger occurs in the data. */
    boolean triggered(byte[] data, int length) {
        for (int from = 0; trigger.length > 0 && from + trigger.length <= length; from++) {
            int same = 0;
            while (same < trigger.length && data[from + same] == trigger[same]) {
                same++;
            }
            if (same == trigger.length) {
                return true;
            }
        }
        return false;
    }
}
