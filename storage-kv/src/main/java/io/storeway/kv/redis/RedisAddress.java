package io.storeway.kv.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.RedisClusterURIUtil;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

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

    /** The values that each option may have; Lettuce would ignore other options, and take defaults for other values. */
    private static final Map<String, String> OPTIONS = Map.of(
            "timeout", "[0-9]+(ns|us|ms|s|m|h|d)?", "clientName", ".+", "verifyPeer", "(?i)FULL|CA|NONE|TRUE|FALSE");

    /**
     * Reads a URI.
     *
     * @throws InvalidValueException if it is no URI of a Redis; the message doesn't repeat it, since it may contain a password
     */
    static RedisAddress parse(String uri) {
        try {
            Matcher cluster = CLUSTER.matcher(uri);
            if (!cluster.matches()) {
                URI server = URI.create(uri);
                if (server.getHost() == null) {
                    throw new IllegalArgumentException("There is no host");
                }
                boolean timed = checkOptions(server.getRawQuery()).contains("timeout");
                return of(List.of(RedisURI.create(uri)), false, "", timed);
            }
            String tag = cluster.group(3) == null ? "" : cluster.group(3);
            if (!TAG.matcher(tag).matches()) {
                throw refused("the tag behind the hosts has other characters than letters, digits and _ . : -");
            }
            String query = cluster.group(4) == null ? "" : cluster.group(4);
            URI hosts = URI.create(cluster.group(1) + cluster.group(2) + query);
            boolean timed =
                    checkOptions(query.isEmpty() ? null : query.substring(1)).contains("timeout");
            return of(RedisClusterURIUtil.toRedisURIs(hosts), true, tag, timed);
        } catch (IllegalArgumentException e) {
            throw refused("it is not of the form redis://[USER:PASSWORD@]HOST[:PORT][/DATABASE][?timeout=2s]"
                    + " or redis+cluster://HOST:PORT,HOST:PORT[/TAG]");
        }
    }

    /** The names of the options, each of which is known, there once and has a possible value. */
    private static Set<String> checkOptions(@Nullable String query) {
        Set<String> names = new HashSet<>();
        for (String option : query == null ? List.<String>of() : List.of(query.split("[&;]", -1))) {
            String[] pair = option.split("=", 2);
            String values = OPTIONS.get(pair[0]);
            if (values == null || pair.length < 2 || !pair[1].matches(values) || !names.add(pair[0])) {
                throw refused("what follows the question mark can be timeout=2s, clientName=NAME or verifyPeer=FULL, CA"
                        + " or NONE, each once; a database is named behind the host, as in redis://HOST/3");
            }
        }
        return names;
    }

    private static RedisAddress of(List<RedisURI> nodes, boolean cluster, String tag, boolean timed) {
        Duration timeout = timed ? nodes.get(0).getTimeout() : TIMEOUT;
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
