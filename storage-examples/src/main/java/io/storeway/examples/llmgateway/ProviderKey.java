package io.storeway.examples.llmgateway;

import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.OnDelete;
import org.jspecify.annotations.Nullable;

/**
 * The key by which the gateway authenticates itself to a provider; one for each organization and provider.
 *
 * @param options further settings for the provider
 */
public record ProviderKey(
        String id,
        String organizationId,
        String provider,
        String token,
        @Nullable Json options) {

    /** How provider keys are stored. */
    public static final EntityType<ProviderKey> PROVIDER_KEYS = EntityType.of(ProviderKey.class)
            .named("provider_key")
            .identifiedBy(ProviderKey::id)
            .nullable(ProviderKey::options)
            .unique(ProviderKey::organizationId, ProviderKey::provider)
            .references(ProviderKey::organizationId, Organization.ORGANIZATIONS, OnDelete.CASCADE)
            .build();
}
