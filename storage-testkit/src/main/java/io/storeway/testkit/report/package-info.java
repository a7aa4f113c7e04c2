/** What came of the laws, for machines and for people. */
@NullMarked
package io.storeway.testkit.report;

import org.jspecify.annotations.NullMarked;
