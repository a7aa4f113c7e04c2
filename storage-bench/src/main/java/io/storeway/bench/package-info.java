/** Benchmarks, run by JMH; figures in docs/benchmarks.md. */
@NullMarked
package io.storeway.bench;

import org.jspecify.annotations.NullMarked;
