/**
 * The table of a key-value store: its statements are in {@link KvTable}, its creation is in {@link KvSchema}, and a commit of several
 * entries in {@link KvCommit}.
 */
@NullMarked
package io.storeway.sql.internal.keyvalue;

import org.jspecify.annotations.NullMarked;
