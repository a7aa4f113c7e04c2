/**
 * The conformance kit. {@code laws} holds what every storage keeps, without any test engine; {@code junit} and {@code
 * jqwik} run it; {@code report} writes what came of it. {@code schedule}, {@code fault}, {@code history} and {@code data}
 * are tools for tests of your own, {@code engine} starts real servers.
 */
@NullMarked
package io.storeway.testkit;

import org.jspecify.annotations.NullMarked;
