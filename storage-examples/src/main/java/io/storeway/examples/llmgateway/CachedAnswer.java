package io.storeway.examples.llmgateway;

import io.storeway.Blob;
import io.storeway.EntityType;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is given again to the same question until it expires.
 *
 * @param fingerprint a hash of the model and the question
 */
public record CachedAnswer(
        String fingerprint,
        String answer,
        int promptTokens,
        int completionTokens,
        @Nullable Instant expiresAt) {

    /** How cached answers are stored. */
    public static final EntityType<CachedAnswer> ANSWERS = EntityType.of(CachedAnswer.class)
            .named("cached_answer")
            .identifiedBy(CachedAnswer::fingerprint)
            .nullable(CachedAnswer::expiresAt)
            .expiresAt(CachedAnswer::expiresAt)
            .keyValue("cache:{fingerprint}", Blob.<CachedAnswer>object().expiry(CachedAnswer::expiresAt))
            .build();
}
