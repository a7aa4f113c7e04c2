/** Reports on conformance: a line, a JSON file, and an HTML page with all storages. */
@NullMarked
package io.storeway.testkit.report;

import org.jspecify.annotations.NullMarked;
