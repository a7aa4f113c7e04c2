/**
 * Steps from stage to stage: the guards of each, the switchover behind a barrier of fences, the backfill that a step asks
 * for, and the steps back that nobody asks for. Begin with {@link io.storeway.migrate.routing.internal.steps.StageChanger} and
 * {@link io.storeway.migrate.routing.internal.steps.Switchover}.
 */
@NullMarked
package io.storeway.migrate.routing.internal.steps;

import org.jspecify.annotations.NullMarked;
