package io.storeway.testkit.laws;

import io.storeway.Capability;
import java.util.Set;

/** A promise that every storage keeps, and how it is tested. */
public final class Law {

    private final String id;
    private final String title;
    private final Set<Capability> needs;
    private final Body body;

    /** Runs a law. */
    @FunctionalInterface
    interface Body {
        /** Throws an AssertionError if the law is broken. */
        void run(LawContext context);
    }

    /**
     * A law.
     *
     * @param id a stable name that begins with the number of the law it is a part of, L01 to L28
     * @param title the promise as a sentence
     * @param needs what a storage has to declare for the law to apply
     * @param body how it is tested
     */
    Law(String id, String title, Set<Capability> needs, Body body) {
        this.id = id;
        this.title = title;
        this.needs = Set.copyOf(needs);
        this.body = body;
    }

    /** A stable name, for example {@code L02-unique}. */
    public String id() {
        return id;
    }

    /** The promise as a sentence. */
    public String title() {
        return title;
    }

    /** What a storage has to declare for the law to apply; none for a law that every storage keeps. */
    public Set<Capability> needs() {
        return needs;
    }

    Body body() {
        return body;
    }

    @Override
    public String toString() {
        return id + " " + title;
    }
}
