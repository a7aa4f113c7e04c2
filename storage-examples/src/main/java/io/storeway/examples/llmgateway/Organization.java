package io.storeway.examples.llmgateway;

import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.FieldType.TimeUnit;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An organization, which pays for its requests.
 *
 * @param credits in dollars; the exact cost of each request is subtracted
 * @param stripeCustomerId unique among the organizations that have one
 */
public record Organization(
        String id,
        String name,
        BigDecimal credits,
        @Nullable String stripeCustomerId,
        boolean autoTopUp,
        Instant createdAt) {

    /** Amounts of money, in dollars. */
    static final FieldType MONEY = FieldType.decimal(24, 12);

    /** Times, as precise as PostgreSQL's. */
    static final FieldType TIMESTAMP = FieldType.instant(TimeUnit.MICROS);

    /** How organizations are stored. */
    public static final EntityType<Organization> ORGANIZATIONS = EntityType.of(Organization.class)
            .named("organization")
            .identifiedBy(Organization::id)
            .nullable(Organization::stripeCustomerId)
            .type(Organization::credits, MONEY)
            .type(Organization::createdAt, TIMESTAMP)
            .unique(Organization::stripeCustomerId)
            .build();
}
