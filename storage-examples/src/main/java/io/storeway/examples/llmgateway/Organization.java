package io.storeway.examples.llmgateway;

import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.FieldType.TimeUnit;
import java.math.BigDecimal;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who pays.
 *
 * @param credits in dollars; every request takes its cost away, to the last digit
 * @param stripeCustomerId unique where there is one
 */
public record Organization(
        String id,
        String name,
        BigDecimal credits,
        @Nullable String stripeCustomerId,
        boolean autoTopUp,
        Instant createdAt) {

    /** Amounts of money. */
    static final FieldType MONEY = FieldType.decimal(24, 12);

    /** Times as PostgreSQL keeps them. */
    static final FieldType TIMESTAMP = FieldType.instant(TimeUnit.MICROS);

    /** The type. */
    public static final EntityType<Organization> ORGANIZATIONS = EntityType.of(Organization.class)
            .named("organization")
            .identifiedBy(Organization::id)
            .nullable(Organization::stripeCustomerId)
            .type(Organization::credits, MONEY)
            .type(Organization::createdAt, TIMESTAMP)
            .unique(Organization::stripeCustomerId)
            .build();
}
