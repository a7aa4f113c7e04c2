/** The code of docs/tutorial.md. */
@NullMarked
package io.storeway.examples.tutorial;

import org.jspecify.annotations.NullMarked;
