/** A Telegram bot on the library: subscriptions, watchlists, executions, positions and a cache, as blobs or as rows. */
@NullMarked
package io.storeway.examples.feargreedbot;

import org.jspecify.annotations.NullMarked;
