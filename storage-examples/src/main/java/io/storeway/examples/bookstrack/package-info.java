/** Books and the libraries of their readers: from JSON blobs to SQL tables while readers use the service. */
@NullMarked
package io.storeway.examples.bookstrack;

import org.jspecify.annotations.NullMarked;
