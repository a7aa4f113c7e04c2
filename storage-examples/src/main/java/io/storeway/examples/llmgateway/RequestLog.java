package io.storeway.examples.llmgateway;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Json;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One request and what became of it. It waits in the key-value store until a worker moves it to the table, where it outlives
 * the key and the project that made it; so it refers to neither.
 *
 * @param id sorts by time
 */
public record RequestLog(
        String id,
        String organizationId,
        String projectId,
        String apiKeyId,
        String model,
        Json messages,
        @Nullable String answer,
        int promptTokens,
        int completionTokens,
        BigDecimal cost,
        boolean cached,
        boolean failed,
        @Nullable Json error,
        Instant createdAt) {

    /** The type. */
    public static final EntityType<RequestLog> LOG = EntityType.of(RequestLog.class)
            .named("log")
            .identifiedBy(RequestLog::id)
            .nullable(RequestLog::answer, RequestLog::error)
            .type(RequestLog::cost, Organization.MONEY)
            .type(RequestLog::createdAt, Organization.TIMESTAMP)
            .range(RequestLog::promptTokens, 0, Integer.MAX_VALUE)
            .range(RequestLog::completionTokens, 0, Integer.MAX_VALUE)
            .keyValue("log_queue:{id}", Blob.object())
            .sql(table -> table.index(RequestLog::organizationId, RequestLog::createdAt)
                    .index(RequestLog::apiKeyId))
            .build();

    static final Field<RequestLog, String> ORGANIZATION = LOG.field(RequestLog::organizationId);
}
