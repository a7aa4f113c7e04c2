package io.storeway.examples.llmgateway;

import io.storeway.Json;
import io.storeway.Storage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Records for tests. */
final class Samples {

    static final Instant NOW = Instant.parse("2024-11-21T10:11:12.123456Z");
    static final BigDecimal CREDITS = new BigDecimal("10.000000000000");

    private Samples() {}

    static Organization organization(String id, String credits) {
        return new Organization(id, "Org " + id, new BigDecimal(credits), null, false, NOW);
    }

    static Json question(String text) {
        return new Json.Arr(List.of(new Json.Obj(Map.of("role", new Json.Str("user"), "content", new Json.Str(text)))));
    }

    static RequestLog log(String id, Json messages, String cost) {
        return new RequestLog(
                id, "acme", "p", "k", "gpt-4o", messages, null, 1, 2, new BigDecimal(cost), false, false, null, NOW);
    }

    /** One organization with one project that caches, and the key {@code token}. */
    static void seed(Storage database) {
        database.repository(Organization.ORGANIZATIONS)
                .insert(new Organization("acme", "Acme", CREDITS, "cus_1", true, NOW));
        database.repository(Project.PROJECTS).insert(new Project("p", "acme", "Project", true, 60, NOW));
        database.repository(ApiKey.API_KEYS).insert(new ApiKey("k", "p", "token", "first", true, null, NOW));
    }

    /** All costs and what is left: what the organization had at the beginning. */
    static BigDecimal account(Storage database) {
        return database.repository(RequestLog.LOG).all().allowScan().list().stream()
                .map(RequestLog::cost)
                .reduce(
                        database.repository(Organization.ORGANIZATIONS)
                                .find("acme")
                                .orElseThrow()
                                .credits(),
                        BigDecimal::add);
    }
}
