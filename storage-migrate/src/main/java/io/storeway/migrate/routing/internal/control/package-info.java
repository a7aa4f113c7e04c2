/**
 * The control plane of a migration: its durable records in the control storage, which all instances share, and the settings
 * of one instance. Begin with {@link io.storeway.migrate.routing.internal.control.StageRecord} and
 * {@link io.storeway.migrate.routing.internal.control.ControlRecords}.
 */
@NullMarked
package io.storeway.migrate.routing.internal.control;

import org.jspecify.annotations.NullMarked;
