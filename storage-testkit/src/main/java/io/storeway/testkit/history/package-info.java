/** Records the operations of concurrent clients, and checks that they are linearizable. */
@NullMarked
package io.storeway.testkit.history;

import org.jspecify.annotations.NullMarked;
