/** Conformance laws for storages, and the tools that their tests need. */
@NullMarked
package io.storeway.testkit;

import org.jspecify.annotations.NullMarked;
