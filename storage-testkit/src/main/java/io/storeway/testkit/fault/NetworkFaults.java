package io.storeway.testkit.fault;

import java.time.Duration;

/**
 * The faults of a {@link TcpProxy}.
 *
 * @param latency how much later each piece of data arrives
 * @param requestBytes after how many bytes from the client a connection is cut
 * @param replyBytes after how many bytes from the server a connection is cut
 * @param trigger a text that cuts the connection when it occurs in a request; empty for none
 * @param triggerSends whether the request with the trigger still reaches the server
 */
record NetworkFaults(
        Duration latency,
        boolean swallowRequests,
        boolean swallowReplies,
        long requestBytes,
        long replyBytes,
        byte[] trigger,
        boolean triggerSends) {

    static final NetworkFaults NONE =
            new NetworkFaults(Duration.ZERO, false, false, Long.MAX_VALUE, Long.MAX_VALUE, new byte[0], false);

    NetworkFaults withLatency(Duration each) {
        return new NetworkFaults(
                each, swallowRequests, swallowReplies, requestBytes, replyBytes, trigger, triggerSends);
    }

    NetworkFaults withSwallowed(boolean requests, boolean replies) {
        return new NetworkFaults(latency, requests, replies, requestBytes, replyBytes, trigger, triggerSends);
    }

    NetworkFaults withCut(long requests, long replies) {
        return new NetworkFaults(latency, swallowRequests, swallowReplies, requests, replies, trigger, triggerSends);
    }

    NetworkFaults withTrigger(byte[] text, boolean sends) {
        return new NetworkFaults(latency, swallowRequests, swallowReplies, requestBytes, replyBytes, text, sends);
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
