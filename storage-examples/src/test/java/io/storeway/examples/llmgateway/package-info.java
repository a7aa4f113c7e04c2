@NullMarked
package io.storeway.examples.llmgateway;

import org.jspecify.annotations.NullMarked;
