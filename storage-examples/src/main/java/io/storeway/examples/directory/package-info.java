/** A backend of one's own, written against storage-api alone: a key-value store in a directory of files. */
@NullMarked
package io.storeway.examples.directory;

import org.jspecify.annotations.NullMarked;
