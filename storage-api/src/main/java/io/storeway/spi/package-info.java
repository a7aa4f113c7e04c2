/** What the author of a backend implements, and what a migration uses. */
@NullMarked
package io.storeway.spi;

import org.jspecify.annotations.NullMarked;
