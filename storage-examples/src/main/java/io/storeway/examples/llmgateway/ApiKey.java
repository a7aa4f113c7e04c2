package io.storeway.examples.llmgateway;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.OnDelete;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An API key, by which a client authenticates itself.
 *
 * @param token what the client sends; unique among all keys
 * @param usageLimit in dollars, or null for no limit
 */
public record ApiKey(
        String id,
        String projectId,
        String token,
        String description,
        boolean active,
        @Nullable BigDecimal usageLimit,
        Instant createdAt) {

    /** How API keys are stored. */
    public static final EntityType<ApiKey> API_KEYS = EntityType.of(ApiKey.class)
            .named("api_key")
            .identifiedBy(ApiKey::id)
            .nullable(ApiKey::usageLimit)
            .type(ApiKey::usageLimit, Organization.MONEY)
            .type(ApiKey::createdAt, Organization.TIMESTAMP)
            .unique(ApiKey::token)
            .references(ApiKey::projectId, Project.PROJECTS, OnDelete.CASCADE)
            .build();

    static final Field<ApiKey, String> TOKEN = API_KEYS.field(ApiKey::token);
}
