package io.storeway.testkit.laws;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.testkit.RunNumber;
import io.storeway.testkit.StorageFixture;
import io.storeway.testkit.laws.Verdict.Status;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Runs the laws that every storage keeps on one storage. {@link io.storeway.testkit.junit.StorageConformanceTest} makes tests of
 * them; use this class to get the verdicts.
 *
 * <p>{@code -Dstoreway.seed=N} replays a failure, {@code -Dstoreway.effort=10} runs ten times as many cases.
 */
public final class Conformance {

    static final long SEED = RunNumber.of("storeway.seed", 20_261_121L);
    static final int EFFORT = RunNumber.positive("storeway.effort", 1);
    static final int LISTS = 300;

    private final StorageFixture fixture;
    private final int lists;
    private final String backend;
    private final Capabilities capabilities;
    private final Map<Capability, Optional<Throwable>> refusals = new EnumMap<>(Capability.class);

    private Conformance(StorageFixture fixture, int lists) {
        this.fixture = fixture;
        this.lists = lists;
        LawContext context = context();
        this.backend = context.answer(storage -> storage.name());
        this.capabilities = context.answer(storage -> storage.capabilities());
    }

    /** Prepares the laws for the storages of a fixture, with 300 command lists for each stateful law. */
    public static Conformance of(StorageFixture fixture) {
        return of(fixture, LISTS);
    }

    /** As {@link #of(StorageFixture)} with so many command lists for each stateful law. */
    public static Conformance of(StorageFixture fixture, int lists) {
        return new Conformance(fixture, lists * EFFORT);
    }

    /** All laws. */
    public static List<Law> laws() {
        List<Law> laws = new ArrayList<>();
        laws.add(new Law(
                "L08-objects",
                "one record for each key behaves as a map",
                Set.of(Capability.WRITES),
                context -> new ModelLaw<>(Shape.SINGLES).run(context)));
        laws.add(new Law(
                "L08-arrays",
                "several records for each key behave as a map",
                Set.of(Capability.WRITES),
                context -> new ModelLaw<>(Shape.ITEMS).run(context)));
        laws.add(new Law(
                "L08-set",
                "a whole set in one key behaves as a map",
                Set.of(Capability.WRITES),
                context -> new ModelLaw<>(Shape.MEMBERS).run(context)));
        laws.addAll(ValueLaws.all());
        laws.addAll(ConstraintLaws.all());
        laws.addAll(QueryLaws.all());
        laws.addAll(UnitLaws.all());
        laws.addAll(AppendLaws.all());
        laws.addAll(PageLaws.all());
        laws.addAll(PurgeLaws.all());
        laws.addAll(VersionLaws.all());
        laws.addAll(OperationLaws.all());
        laws.addAll(LinkLaws.all());
        laws.addAll(TreeLaws.all());
        laws.addAll(ConverterLaws.all());
        laws.addAll(LifecycleLaws.all());
        laws.addAll(ConcurrencyLaws.all());
        laws.addAll(FaultLaws.all());
        laws.addAll(SecurityLaws.all());
        laws.addAll(LimitLaws.all());
        laws.addAll(ReplicaLaws.all());
        return laws;
    }

    /** The name of the storage. */
    public String backend() {
        return backend;
    }

    /** Runs all laws. */
    public List<Verdict> run() {
        return laws().stream().map(this::run).toList();
    }

    /** Runs a law, or checks that the storage refuses what it declines. */
    public Verdict run(Law law) {
        List<Capability> declined = law.needs().stream()
                .filter(capability -> !capabilities.has(capability))
                .sorted()
                .toList();
        return declined.isEmpty() ? law.test(context()) : refused(law, declined);
    }

    /** Why the storage declines the law, if it does. */
    public Optional<String> declined(Law law) {
        return law.needs().stream()
                .sorted()
                .filter(capability -> !capabilities.has(capability))
                .map(this::reason)
                .findFirst();
    }

    private String reason(Capability capability) {
        return capability + ": " + capabilities.reason(capability).orElse("");
    }

    private LawContext context() {
        return new LawContext(fixture, SEED, lists);
    }

    /** Checks that the declined capabilities are refused. Without writes nothing else can be tried. */
    private Verdict refused(Law law, List<Capability> declined) {
        for (Capability capability : declined.contains(Capability.WRITES) ? List.of(Capability.WRITES) : declined) {
            if (capabilities.reason(capability).orElse("").isBlank()) {
                return new Verdict(law, Status.FAILED, capability + " is declined without a reason", null, 0, Map.of());
            }
            Optional<Throwable> failure = refusals.computeIfAbsent(capability, this::refusal);
            if (failure.isPresent()) {
                return new Verdict(
                        law,
                        Status.FAILED,
                        capability + " is declined and not refused: "
                                + failure.get().getMessage(),
                        failure.get(),
                        0,
                        Map.of());
            }
        }
        return new Verdict(law, Status.DECLINED, reason(declined.get(0)), null, 0, Map.of());
    }

    private Optional<Throwable> refusal(Capability capability) {
        try {
            RefusalChecks.of(capability).run(context());
            return Optional.empty();
        } catch (RuntimeException | AssertionError e) {
            return Optional.of(e);
        }
    }
}
