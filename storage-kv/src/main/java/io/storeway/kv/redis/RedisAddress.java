package io.storeway.kv.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The address of a store.
 *
 * @param nodes the server, or some nodes of a cluster
 * @param cluster whether it is a cluster
 * @param tag the text in braces with which all keys begin, so that they share a slot of the cluster; empty without one
 * @param timeout how long a call may take
 */
record RedisAddress(List<RedisURI> nodes, boolean cluster, String tag, Duration timeout) {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Pattern CLUSTER = Pattern.compile("(rediss?)\\+cluster(://[^/?#]+)(?:/([^/?#]*))?(\\?[^#]*)?");
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.:-]*");

    /**
     * Reads a URI.
     *
     * @throws InvalidValueException if it is no URI of a Redis; the message doesn't repeat it, since it may contain a password
     */
    static RedisAddress parse(String uri) {
        try {
            Matcher cluster = CLUSTER.matcher(uri);
            if (!cluster.matches()) {
                if (URI.create(uri).getHost() == null) {
                    throw new IllegalArgumentException("There is no host");
                }
                return of(List.of(RedisURI.create(uri)), false, "", uri);
            }
            String tag = cluster.group(3) == null ? "" : cluster.group(3);
            if (!TAG.matcher(tag).matches()) {
                throw refused("the tag behind the hosts has other characters than letters, digits and _ . : -");
            }
            String query = cluster.group(4) == null ? "" : cluster.group(4);
            URI hosts = URI.create(cluster.group(1) + cluster.group(2) + query);
            return of(RedisClusterURIUtil.toRedisURIs(hosts), true, tag, uri);
        } catch (IllegalArgumentException e) {
            throw refused("it is not of the form redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE][?timeout=2s]"
                    + " or redis+cluster://HOST:PORT,HOST:PORT[/TAG]");
        }
    }

    private static RedisAddress of(List<RedisURI> nodes, boolean cluster, String tag, String uri) {
        Duration timeout = uri.contains("timeout=") ? nodes.get(0).getTimeout() : TIMEOUT;
        if (timeout.toMillis() < 1) {
            throw refused("the timeout is less than a millisecond");
        }
        nodes.forEach(node -> node.setTimeout(timeout));
        return new RedisAddress(nodes, cluster, tag, timeout);
    }

    private static InvalidValueException refused(String reason) {
        return new InvalidValueException("uri", reason, ErrorContext.of("open"), null);
    }

    /** The hosts, the database and the tag: where the data is, without a user or a password. */
    String place() {
        return nodes.stream()
                .map(node -> node.getHost() + ":" + node.getPort() + "/" + node.getDatabase())
                .sorted()
                .collect(Collectors.joining(",", "", tag.isEmpty() ? "" : " {" + tag + "}"));
    }

    /** The name of such a store. */
    String name() {
        return cluster ? "redis-cluster" : "redis";
    }
}
