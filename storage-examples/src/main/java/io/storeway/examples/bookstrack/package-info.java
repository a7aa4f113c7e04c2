/** Books and the libraries of their readers: from JSON blobs to SQL tables while readers go on reading. */
@NullMarked
package io.storeway.examples.bookstrack;

import org.jspecify.annotations.NullMarked;
