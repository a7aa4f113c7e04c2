package io.storeway;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a storage can do: everything, except what it declines with a reason. Immutable. */
public final class Capabilities {

    private final Map<Capability, String> declined;

    private Capabilities(Map<Capability, String> declined) {
        this.declined = declined;
    }

    /** All capabilities. */
    public static Capabilities all() {
        return new Capabilities(Map.of());
    }

    /** These capabilities without one, which is declined for the given reason. */
    public Capabilities without(Capability capability, String reason) {
        Map<Capability, String> copy = new EnumMap<>(Capability.class);
        copy.putAll(declined);
        copy.put(capability, reason);
        return new Capabilities(copy);
    }

    /** Whether the storage has the capability. */
    public boolean has(Capability capability) {
        return !declined.containsKey(capability);
    }

    /** Why the capability is declined, or empty if the storage has it. */
    public Optional<String> reason(Capability capability) {
        return Optional.ofNullable(declined.get(capability));
    }

    /** The capabilities that the storage has. */
    public Set<Capability> declared() {
        return Arrays.stream(Capability.values()).filter(this::has).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public String toString() {
        return "declared " + declared() + ", declined " + declined;
    }
}
