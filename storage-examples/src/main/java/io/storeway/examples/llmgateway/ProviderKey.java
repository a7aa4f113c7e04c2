package io.storeway.examples.llmgateway;

import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.OnDelete;
import org.jspecify.annotations.Nullable;

/**
 * What the gateway names itself by to a provider: one for each organization and provider.
 *
 * @param options what the provider wants to know besides
 */
public record ProviderKey(
        String id,
        String organizationId,
        String provider,
        String token,
        @Nullable Json options) {

    /** The type. */
    public static final EntityType<ProviderKey> PROVIDER_KEYS = EntityType.of(ProviderKey.class)
            .named("provider_key")
            .identifiedBy(ProviderKey::id)
            .nullable(ProviderKey::options)
            .unique(ProviderKey::organizationId, ProviderKey::provider)
            .references(ProviderKey::organizationId, Organization.ORGANIZATIONS, OnDelete.CASCADE)
            .build();
}
