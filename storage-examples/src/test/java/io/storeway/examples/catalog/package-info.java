@NullMarked
package io.storeway.examples.catalog;

import org.jspecify.annotations.NullMarked;
