/** A backend written by an outsider: a key-value store in a directory of files. */
@NullMarked
package io.storeway.examples.directory;

import org.jspecify.annotations.NullMarked;
