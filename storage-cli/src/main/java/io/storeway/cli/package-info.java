/** The storeway command. */
@NullMarked
package io.storeway.cli;

import org.jspecify.annotations.NullMarked;
