/**
 * Runs real code under chosen orders of its threads, so that races are found by search and can be replayed: {@link
 * io.storeway.testkit.schedule.Interleavings}.
 */
@NullMarked
package io.storeway.testkit.schedule;

import org.jspecify.annotations.NullMarked;
