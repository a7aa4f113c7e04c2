@NullMarked
package io.storeway.sql;

import org.jspecify.annotations.NullMarked;
