package io.storeway.migrate.admin;

import com.sun.net.httpserver.Headers;
import io.storeway.internal.Sha256;
import java.security.MessageDigest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Judges whether a request may be answered, by its head alone. Thread-safe. */
final class Access {

    private static final String BEARER = "Bearer ";

    private final byte @Nullable [] token;

    Access(@Nullable String token) {
        this.token = token == null ? null : Sha256.of(token);
    }

    /** The code of HTTP that refuses the request, or 0. */
    int refusal(Headers head) {
        byte[] wanted = token;
        if (wanted == null) {
            return local(head) ? 0 : 403;
        }
        List<String> given = head.getOrDefault("Authorization", List.of());
        String credentials = given.size() == 1 ? given.get(0) : "";
        boolean bearer = credentials.regionMatches(true, 0, BEARER, 0, BEARER.length());
        // Hashes have one length, and comparing them takes one time, whatever is given.
        boolean equal = MessageDigest.isEqual(
                wanted,
                Sha256.of(bearer ? credentials.substring(BEARER.length()).strip() : ""));
        return bearer && equal ? 0 : 401;
    }

    /** A browser that works for another page names that page, or a host name that is made to point here. */
    private static boolean local(Headers head) {
        String host = head.getFirst("Host");
        return !head.containsKey("Origin")
                && !head.containsKey("Sec-Fetch-Site")
                && host != null
                && host.matches("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]+)?");
    }
}
