/** What Storeway's own modules share, and applications don't see. */
@NullMarked
package io.storeway.internal;

import org.jspecify.annotations.NullMarked;
