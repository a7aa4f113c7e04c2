package io.storeway.testkit.laws;

import io.storeway.Capability;
import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.laws.Verdict.Status;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The laws that every key-value store keeps, run against one. {@link
 * io.storeway.testkit.junit.KeyValueStoreConformanceTest} makes tests of them; this class serves those who want the verdicts
 * themselves. Seed and effort are set as for {@link Conformance}.
 *
 * <p>A store declares what it can do by {@link io.storeway.spi.KeyValueStore#readOnly()} and {@link
 * io.storeway.spi.KeyValueStore#durable()}. A read-only store keeps the laws of reading, over what its fixture gives it.
 */
public final class KeyValueConformance {

    private final KeyValueFixture fixture;
    private final int lists;
    private final String backend;
    private final boolean durable;
    private final boolean readOnly;

    private KeyValueConformance(KeyValueFixture fixture, int lists) {
        this.fixture = fixture;
        this.lists = lists;
        StoreContext context = context();
        this.backend = context.answer(store -> store.name());
        this.durable = context.answer(store -> store.durable());
        this.readOnly = context.answer(store -> store.readOnly());
    }

    /** The laws for the stores that the fixture opens, with 300 command lists. */
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
        Optional<String> declined = declined(law);
        if (declined.isEmpty()) {
            return law.test(context());
        }
        try {
            if (readOnly) {
                StoreLifecycleLaws.refusesWrites(context());
            }
            return new Verdict(law, Status.DECLINED, declined.get(), null, 0, Map.of());
        } catch (RuntimeException | AssertionError e) {
            String reason = "WRITES is declined and not refused: " + e.getMessage();
            return new Verdict(law, Status.FAILED, reason, e, 0, Map.of());
        }
    }

    /** Why the store declines the law, if it does. */
    public Optional<String> declined(Law law) {
        if (readOnly && law.needs().contains(Capability.WRITES)) {
            return Optional.of("WRITES: the store " + backend + " is read-only");
        }
        if (!durable && law.needs().contains(Capability.DURABLE)) {
            return Optional.of("DURABLE: the store " + backend + " says that it is not durable");
        }
        return Optional.empty();
    }

    private StoreContext context() {
        return new StoreContext(fixture, Conformance.SEED, lists);
    }
}
