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
     * Where the routing key is: the name of a parameter, or its number from 0 on, and then, behind dots, names of its properties.
     * For instance {@code isbn}, {@code 0} or {@code book.isbn}. A method without a key reads across keys. A call whose key is null is
     * refused by an {@link IllegalArgumentException}, in every stage.
     */
    String key() default "";
}
