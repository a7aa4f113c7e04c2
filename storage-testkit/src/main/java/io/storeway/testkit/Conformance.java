package io.storeway.testkit;

import io.storeway.Capabilities;
import io.storeway.Capability;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The laws that every storage keeps, run against one. Use {@link StorageConformanceTest} in a test; this class serves
 * those who want the verdicts themselves.
 *
 * <p>{@code -Dstoreway.seed=N} replays a failure, {@code -Dstoreway.cases=N} sets how many command lists a stateful law runs.
 */
public final class Conformance {

    private static final long SEED = Long.getLong("storeway.seed", 20_261_121L);
    private static final int LISTS = Integer.getInteger("storeway.cases", 200);

    private final StorageFixture fixture;
    private final int lists;
    private final Capabilities capabilities;

    private Conformance(StorageFixture fixture, int lists) {
        this.fixture = fixture;
        this.lists = lists;
        this.capabilities = new LawContext(fixture, SEED, lists).capabilities();
    }

    /** The laws, to be run against the storages that the fixture opens. */
    public static Conformance of(StorageFixture fixture) {
        return new Conformance(fixture, LISTS);
    }

    /** As {@link #of(StorageFixture)} with so many command lists for each stateful law. */
    public static Conformance of(StorageFixture fixture, int lists) {
        return new Conformance(fixture, lists);
    }

    /**
     * What became of a law.
     *
     * @param law its id and title
     * @param declined why the storage doesn't take part in it, or null if it does
     * @param failure how it was broken, or null if it holds
     * @param cases how many cases had an effect
     */
    public record Verdict(
            String law, @Nullable String declined, @Nullable Throwable failure, long cases) {

        /** Whether the law holds or is declined. */
        public boolean passed() {
            return failure == null;
        }
    }

    /** Runs all laws. */
    public List<Verdict> run() {
        return laws().stream().map(this::run).toList();
    }

    static List<Law> laws() {
        List<Law> laws = new ArrayList<>();
        laws.add(new Law(
                "A01-objects",
                "one record for each key behaves as a map",
                Set.of(),
                context -> new ModelLaw<>(Shape.SINGLES).run(context)));
        laws.add(new Law(
                "A01-arrays",
                "several records for each key behave as a map",
                Set.of(),
                context -> new ModelLaw<>(Shape.ITEMS).run(context)));
        laws.add(new Law(
                "A01-set",
                "a whole set in one key behaves as a map",
                Set.of(),
                context -> new ModelLaw<>(Shape.MEMBERS).run(context)));
        laws.addAll(ValueLaws.all());
        laws.addAll(ConstraintLaws.all());
        laws.addAll(QueryLaws.all());
        laws.addAll(UnitLaws.all());
        laws.addAll(ReplicaLaws.all());
        laws.addAll(AppendLaws.all());
        laws.addAll(VersionLaws.all());
        laws.addAll(PageLaws.all());
        laws.addAll(PurgeLaws.all());
        return laws;
    }

    /** Why the storage doesn't take part in the law, if so. */
    Optional<String> declined(Law law) {
        return law.needs().stream()
                .filter(capability -> !capabilities.has(capability))
                .map(this::reason)
                .findFirst();
    }

    private String reason(Capability capability) {
        return capability + ": " + capabilities.reason(capability).orElse("");
    }

    Verdict run(Law law) {
        String title = law.id() + " " + law.title();
        Optional<String> declined = declined(law);
        if (declined.isPresent()) {
            return new Verdict(title, declined.get(), null, 0);
        }
        LawContext context = new LawContext(fixture, SEED, lists);
        try {
            law.body().run(context);
        } catch (RuntimeException | AssertionError e) {
            return new Verdict(title, null, e, context.cases());
        }
        return context.cases() > 0
                ? new Verdict(title, null, null, context.cases())
                : new Verdict(title, null, new AssertionError("The law ran no case that had an effect"), 0);
    }
}
