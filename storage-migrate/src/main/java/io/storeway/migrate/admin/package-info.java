/** A small HTTP endpoint by which an application's operators look at a migration and steer it. */
@NullMarked
package io.storeway.migrate.admin;

import org.jspecify.annotations.NullMarked;
