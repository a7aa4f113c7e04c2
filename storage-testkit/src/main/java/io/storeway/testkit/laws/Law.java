package io.storeway.testkit.laws;

import io.storeway.Capability;
import io.storeway.testkit.laws.Verdict.Status;
import java.util.Set;

/** A promise that every storage or every key-value store keeps, and how it is tested. */
public final class Law {

    private final String id;
    private final String title;
    private final Set<Capability> needs;
    private final Body<Evidence> body;

    /** Runs a law. */
    @FunctionalInterface
    interface Body<C extends Evidence> {
        /** Throws an AssertionError if the law is broken. */
        void run(C context);
    }

    /**
     * A law of storages.
     *
     * @param id a stable name that begins with the number of the law in docs/properties.md, L01 to L28
     * @param title the promise as a sentence
     * @param needs what a storage has to declare for the law to apply
     * @param body how it is tested
     */
    Law(String id, String title, Set<Capability> needs, Body<LawContext> body) {
        this(id, title, needs, LawContext.class, body);
    }

    private <C extends Evidence> Law(String id, String title, Set<Capability> needs, Class<C> context, Body<C> body) {
        this.id = id;
        this.title = title;
        this.needs = Set.copyOf(needs);
        this.body = evidence -> body.run(context.cast(evidence));
    }

    /** A law of key-value stores; its id begins with K and the number of the law. */
    static Law ofStores(String id, String title, Set<Capability> needs, Body<StoreContext> body) {
        return new Law(id, title, needs, StoreContext.class, body);
    }

    /** A stable name, for example {@code L02-unique}. */
    public String id() {
        return id;
    }

    /** The promise as a sentence. */
    public String title() {
        return title;
    }

    /** What a storage has to declare for the law to apply. */
    public Set<Capability> needs() {
        return needs;
    }

    /** Whether every storage that can be written has to keep it. */
    public boolean core() {
        return Set.of(Capability.WRITES).containsAll(needs);
    }

    /** Runs the law and returns the verdict. */
    Verdict test(Evidence evidence) {
        try {
            body.run(evidence);
        } catch (RuntimeException | AssertionError | StackOverflowError e) {
            String reason = e instanceof AssertionError ? String.valueOf(e.getMessage()) : e.toString();
            return new Verdict(this, Status.FAILED, reason, e, evidence.cases(), evidence.faults());
        }
        String doubt = evidence.doubt();
        Status status = doubt.isEmpty() ? Status.PASSED : Status.UNKNOWN;
        return new Verdict(this, status, doubt, null, evidence.cases(), evidence.faults());
    }

    @Override
    public String toString() {
        return id + " " + title;
    }
}
