package io.storeway.internal.cloudflare;

import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The address of a namespace or database, and how to reach it.
 *
 * @param place account and namespace or database
 * @param base the beginning of all its routes, without a slash at the end
 * @param timeout how long a call may take
 * @param tokenVariable the environment variable that has the token
 * @param options the options behind the question mark, decoded
 */
public record Address(String place, URI base, Duration timeout, String tokenVariable, Map<String, String> options) {

    private static final String API = "https://api.cloudflare.com/client/v4";
    private static final List<String> OPTIONS = List.of("api", "timeout", "tokenVariable");
    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{1,64})/([A-Za-z0-9_-]{1,64})(?:\\?(.*))?");
    private static final Pattern TIME = Pattern.compile("([1-9][0-9]{0,6})(ms|s)");

    /** Copies the options. */
    public Address {
        options = Map.copyOf(options);
    }

    /**
     * Reads a URI.
     *
     * @throws InvalidValueException if it is no such URI; the message doesn't repeat it, since somebody may have put a token there
     */
    public static Address parse(String uri, Service service) {
        Matcher matcher = FORM.matcher(
                uri.startsWith(service.scheme())
                        ? uri.substring(service.scheme().length())
                        : "");
        if (!matcher.matches()) {
            throw refused("it is not of the form " + service.scheme() + "ACCOUNT/"
                    + service.noun().toUpperCase(Locale.ROOT)
                    + ", where both are ids of letters and digits; the token comes from the environment");
        }
        List<String> known = new ArrayList<>(service.options());
        known.addAll(OPTIONS);
        Map<String, String> options = options(matcher.group(3), known);
        String variable = options.getOrDefault("tokenVariable", "CLOUDFLARE_API_TOKEN");
        if (!variable.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            throw refused("tokenVariable is the name of an environment variable");
        }
        URI base = URI.create(api(options.getOrDefault("api", API)) + "/accounts/" + matcher.group(1) + service.route()
                + matcher.group(2));
        return new Address(
                matcher.group(1) + "/" + matcher.group(2),
                base,
                timeout(options.getOrDefault("timeout", "30s")),
                variable,
                options);
    }

    private static Map<String, String> options(@Nullable String query, List<String> known) {
        Map<String, String> options = new HashMap<>();
        for (String option : query == null ? List.<String>of() : List.of(query.split("&", -1))) {
            String[] pair = option.split("=", 2);
            boolean possible = pair.length == 2 && known.contains(pair[0]);
            if (!possible || options.put(pair[0], decoded(pair[1])) != null) {
                throw refused("what follows the question mark is not " + String.join("=…&", known) + "=…");
            }
        }
        return options;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw refused("an option has a percent sign that escapes nothing");
        }
    }

    /** Checks another address of the API. Without encryption it must be on this machine, so that no token is sent in the clear. */
    private static String api(String text) {
        URI api;
        try {
            api = URI.create(text);
        } catch (IllegalArgumentException e) {
            throw refused("api is no URI");
        }
        boolean plain = "http".equals(api.getScheme());
        if (api.getHost() == null
                || api.getRawUserInfo() != null
                || api.getRawQuery() != null
                || api.getRawFragment() != null
                || !(plain || "https".equals(api.getScheme()))) {
            throw refused("api is not of the form https://HOST[:PORT][/PATH]");
        }
        if (plain && !loopback(api.getHost())) {
            throw refused("api begins with http: and leads to another machine, so the token could be read on its way;"
                    + " use https:");
        }
        return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
    }

    private static boolean loopback(String host) {
        try {
            return host.equals("localhost")
                    || (host.matches("[0-9.]+|\\[.*]")
                            && InetAddress.getByName(host).isLoopbackAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static Duration timeout(String text) {
        Matcher matcher = TIME.matcher(text);
        if (!matcher.matches()) {
            throw refused("timeout is a number of s or ms, such as 30s");
        }
        long number = Long.parseLong(matcher.group(1));
        return matcher.group(2).equals("s") ? Duration.ofSeconds(number) : Duration.ofMillis(number);
    }

    /** The exception for a URI. */
    public static InvalidValueException refused(String reason) {
        return new InvalidValueException("uri", reason, ErrorContext.of("open"), null);
    }
}
