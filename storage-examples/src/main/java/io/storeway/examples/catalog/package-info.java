/** A catalog of links with users, sessions and categories: a database, and a cache in front of it. */
@NullMarked
package io.storeway.examples.catalog;

import org.jspecify.annotations.NullMarked;
