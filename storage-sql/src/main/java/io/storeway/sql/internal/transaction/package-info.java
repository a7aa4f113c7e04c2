/**
 * Runs work on rows in transactions. Begin with {@link Transactions}, which runs each call as a unit of its own, repeats it after a
 * conflict and translates failures by {@link Errors}; {@link Execution} is what it has in common with a unit of the application's, and
 * {@link TransactionControl} what differs between engines.
 */
@NullMarked
package io.storeway.sql.internal.transaction;

import org.jspecify.annotations.NullMarked;
