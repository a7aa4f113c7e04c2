@NullMarked
package io.storeway.examples.bookstrack;

import org.jspecify.annotations.NullMarked;
