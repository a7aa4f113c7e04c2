package io.storeway.testkit.laws;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.laws.Verdict.Status;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the laws that every key-value store keeps on one store. {@link
 * io.storeway.testkit.junit.KeyValueStoreConformanceTest} makes tests of them; use this class to get the verdicts. Seed and effort
 * are set as for {@link Conformance}.
 *
 * <p>A store says what it can do by {@link io.storeway.spi.KeyValueStore#capabilities()}. A read-only store keeps the laws of reading, with the entries that its fixture puts there.
 */
public final class KeyValueConformance {

    private final KeyValueFixture fixture;
    private final int lists;
    private final String backend;
    private final Capabilities capabilities;

    private KeyValueConformance(KeyValueFixture fixture, int lists) {
        this.fixture = fixture;
        this.lists = lists;
        StoreContext context = context();
        this.backend = context.answer(store -> store.name());
        this.capabilities = context.answer(store -> store.capabilities());
    }

    /** Prepares the laws for the stores of a fixture, with 300 command lists. */
    public static KeyValueConformance of(KeyValueFixture fixture) {
        return of(fixture, Conformance.LISTS);
    }

    /** As {@link #of(KeyValueFixture)} with so many command lists. */
    public static KeyValueConformance of(KeyValueFixture fixture, int lists) {
        return new KeyValueConformance(fixture, lists * Conformance.EFFORT);
    }

    /** All laws. */
    public static List<Law> laws() {
        return KeyValueLaws.all();
    }

    /** The name of the store. */
    public String backend() {
        return backend;
    }

    /** Runs all laws. */
    public List<Verdict> run() {
        return laws().stream().map(this::run).toList();
    }

    /** Runs a law, or checks that the store refuses what it declines. */
    public Verdict run(Law law) {
        Optional<Capability> declined = firstDeclined(law);
        if (declined.isEmpty()) {
            return law.test(context());
        }
        String reason = reason(declined.get());
        try {
            switch (declined.get()) {
                case WRITES -> StoreRefusals.writes(context());
                case UNITS_OF_WORK -> StoreRefusals.unitsOfWork(context());
                case CONDITIONAL_WRITES -> StoreRefusals.conditions(context());
                default -> {}
            }
        } catch (RuntimeException | AssertionError e) {
            String failure = declined.get() + " is declined and not refused: " + e.getMessage();
            return new Verdict(law, Status.FAILED, failure, e, 0, Map.of());
        }
        return capabilities.reason(declined.get()).orElse("").isBlank()
                ? new Verdict(law, Status.FAILED, declined.get() + " is declined without a reason", null, 0, Map.of())
                : new Verdict(law, Status.DECLINED, reason, null, 0, Map.of());
    }

    /** Why the store declines the law, if it does. */
    public Optional<String> declined(Law law) {
        return firstDeclined(law).map(this::reason);
    }

    /** The declined capability that is checked: writes if they are declined, because without them nothing else can be tried. */
    private Optional<Capability> firstDeclined(Law law) {
        return law.needs().stream()
                .filter(capability -> !capabilities.has(capability))
                .max(Comparator.comparing((Capability capability) -> capability == Capability.WRITES)
                        .thenComparing(Comparator.reverseOrder()));
    }

    private String reason(Capability capability) {
        return capability + ": " + capabilities.reason(capability).orElse("");
    }

    private StoreContext context() {
        return new StoreContext(fixture, Conformance.SEED, lists);
    }
}
