/** A REST API over any key-value store, and a tool that copies a whole namespace from one store to another. */
@NullMarked
package io.storeway.examples.kvapi;

import org.jspecify.annotations.NullMarked;
