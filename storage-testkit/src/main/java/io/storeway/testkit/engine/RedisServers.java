package io.storeway.testkit.engine;

import java.util.concurrent.atomic.AtomicInteger;

/** A running Redis, a node or a cluster, that gives each test a place of its own. Thread-safe. */
public final class RedisServers {

    private final String uri;
    private final String place;
    private final AtomicInteger places = new AtomicInteger();

    /**
     * Running servers.
     *
     * @param uri their URI
     * @param place what follows the URI and is followed by a number in the URI of a place
     */
    RedisServers(String uri, String place) {
        this.uri = uri;
        this.place = place;
    }

    /** The URI of the node, or of the cluster with all its nodes. */
    public String uri() {
        return uri;
    }

    /** The URI of an empty place: a database of the node, or keys of a common slot of the cluster. */
    public String newPlace() {
        return uri + place + places.incrementAndGet();
    }
}
