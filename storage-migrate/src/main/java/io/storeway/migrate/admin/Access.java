package io.storeway.migrate.admin;

import com.sun.net.httpserver.Headers;
import io.storeway.internal.Sha256;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides by the headers of a request whether it may be answered. Thread-safe. */
final class Access {

    private static final String BEARER = "Bearer ";

    private final byte @Nullable [] token;

    Access(@Nullable String token) {
        this.token = token == null ? null : Sha256.of(token);
    }

    /** The HTTP status that refuses the request, or 0. */
    int refusal(Headers head) {
        byte[] wanted = token;
        if (wanted == null) {
            return local(head) ? 0 : 403;
        }
        List<String> given = head.getOrDefault("Authorization", List.of());
        String credentials = given.size() == 1 ? given.get(0) : "";
        boolean bearer = credentials.regionMatches(true, 0, BEARER, 0, BEARER.length());
        // Hashes have the same length and are compared in constant time, whatever token was sent.
        boolean equal = MessageDigest.isEqual(
                wanted,
                Sha256.of(bearer ? credentials.substring(BEARER.length()).strip() : ""));
        return bearer && equal ? 0 : 401;
    }

    /**
     * Whether the request comes from a local program. One that a browser sends for another page names that page in its headers, or
     * another host that was made to resolve to this machine.
     */
    private static boolean local(Headers head) {
        String host = head.getFirst("Host");
        return !head.containsKey("Origin")
                && !head.containsKey("Sec-Fetch-Site")
                && host != null
                && host.matches("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]+)?");
    }
}
