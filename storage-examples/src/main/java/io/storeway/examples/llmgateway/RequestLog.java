package io.storeway.examples.llmgateway;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Json;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The log of one request. It is queued in the key-value store until a worker moves it to the table. There it outlives the API
 * key and the project that it belongs to, so it has no references to them.
 *
 * @param id a UUID of version 7, which sorts by time
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

    /** How request logs are stored. */
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
