package io.storeway.migrate.routing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A method of a repository interface that changes nothing, for {@link Router}. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Reads {

    /**
     * Where the routing key is: the name or the number of a parameter, from 0 on, then names of parts of it, as in {@code
     * isbn}, {@code 0} or {@code book.isbn}. Without one the method reads across keys.
     */
    String key() default "";
}
