package io.storeway.migrate.routing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A method of a repository interface that changes records, for {@link Router}. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Writes {

    /**
     * The key of a method that may change any record. A key that is written while such a write runs, or is unsettled, becomes unsettled
     * too.
     */
    String ANY = "*";

    /** Where the routing key is, as in {@link Reads#key()}, or {@link #ANY}. */
    String key();
}
