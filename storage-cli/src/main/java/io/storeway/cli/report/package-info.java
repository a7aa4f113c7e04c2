/** What a run prints and writes. */
@NullMarked
package io.storeway.cli.report;

import org.jspecify.annotations.NullMarked;
