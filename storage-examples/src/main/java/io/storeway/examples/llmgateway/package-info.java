/** A gateway to language models, which moves from PostgreSQL and Redis to SQLite and a key-value store, and back. */
@NullMarked
package io.storeway.examples.llmgateway;

import org.jspecify.annotations.NullMarked;
