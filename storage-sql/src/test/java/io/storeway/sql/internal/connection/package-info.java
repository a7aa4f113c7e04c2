@NullMarked
package io.storeway.sql.internal.connection;

import org.jspecify.annotations.NullMarked;
