@NullMarked
package io.storeway.examples.directory;

import org.jspecify.annotations.NullMarked;
