/** Runs real code under a chosen order of its threads, so that a race is found by search and replayed by a text. */
@NullMarked
package io.storeway.testkit.schedule;

import org.jspecify.annotations.NullMarked;
