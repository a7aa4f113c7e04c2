package io.storeway.migrate.routing;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.ProviderState;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Takes wishes from OpenFeature: the flags {@code storage.MIGRATION.stage} (a text), {@code .percent} (a whole number) and {@code
 * .readNew} (true or false). Needs {@code dev.openfeature:sdk}, which is an optional dependency. Thread-safe.
 *
 * <p>A flag that the provider doesn't know, or has switched off, is no wish; nor is a stage of the text {@code unset}. An empty text, any
 * other error and a stale value are reported and change nothing: OpenFeature then returns the caller's own default, which says
 * nothing about a stage.
 */
public final class OpenFeatureAdvisor implements StageAdvisor {

    private static final String UNSET = "unset";
    /** No provider means this by a share; a negative one is wrong and is reported. */
    private static final int NO_SHARE = Integer.MIN_VALUE;

    private final Client client;
    private final String prefix;

    private OpenFeatureAdvisor(Client client, String migration) {
        this.client = client;
        this.prefix = "storage." + migration + ".";
    }

    /** An advisor for the migration of that name. */
    public static StageAdvisor of(Client client, String migration) {
        return new OpenFeatureAdvisor(client, migration);
    }

    @Override
    public Wish wish() {
        ProviderState state = client.getProviderState();
        if (state != ProviderState.READY) {
            throw new IllegalStateException("The flag provider is not ready: " + state);
        }
        String stage = checked(client.getStringDetails(prefix + "stage", UNSET), UNSET);
        int percent = checked(client.getIntegerDetails(prefix + "percent", NO_SHARE), NO_SHARE);
        boolean readNew = checked(client.getBooleanDetails(prefix + "readNew", true), true);
        return new Wish(
                stage.equals(UNSET) ? null : Wish.stage(stage),
                percent == NO_SHARE ? OptionalInt.empty() : OptionalInt.of(percent),
                readNew);
    }

    private static <V> V checked(FlagEvaluationDetails<V> details, V unset) {
        @Nullable ErrorCode error = details.getErrorCode();
        if (error == ErrorCode.FLAG_NOT_FOUND) {
            return unset;
        }
        @Nullable String reason = details.getReason();
        if (error != null || "ERROR".equals(reason) || "STALE".equals(reason)) {
            throw new IllegalStateException("The flag " + details.getFlagKey() + " can't be evaluated: "
                    + (error == null ? reason : error.name()));
        }
        @Nullable V value = details.getValue();
        if (value == null) {
            throw new IllegalStateException("The flag " + details.getFlagKey() + " has no value");
        }
        return value;
    }
}
