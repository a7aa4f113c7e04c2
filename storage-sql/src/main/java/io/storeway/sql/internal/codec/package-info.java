/** How the values of fields are stored in columns. Begin with {@link ColumnCodec}, which a dialect chooses for each field. */
@NullMarked
package io.storeway.sql.internal.codec;

import org.jspecify.annotations.NullMarked;
