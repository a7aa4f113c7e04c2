@NullMarked
package io.storeway.examples.feargreedbot;

import org.jspecify.annotations.NullMarked;
