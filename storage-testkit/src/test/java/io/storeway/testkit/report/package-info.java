@NullMarked
package io.storeway.testkit.report;

import org.jspecify.annotations.NullMarked;
