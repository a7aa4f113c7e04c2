/** Properties of single values and keys, where jqwik's generators and shrinking are at their best. Needs jqwik 1.9.3. */
@NullMarked
package io.storeway.testkit.jqwik;

import org.jspecify.annotations.NullMarked;
