@NullMarked
package io.storeway.examples.kvapi;

import org.jspecify.annotations.NullMarked;
