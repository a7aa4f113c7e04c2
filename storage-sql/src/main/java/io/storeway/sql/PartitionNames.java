package io.storeway.sql;

import io.storeway.Field;
import io.storeway.internal.Sha256;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** What the tables of a migration call partitions: their key's text, or a hash of it where a column has no room for that. */
final class PartitionNames {

    /** No key's text has a percent sign that two hex digits don't follow. */
    private static final String HASHED = "%#";

    private final ColumnCodec column;

    PartitionNames(Table table, Field<?, ?> partition) {
        this.column = table.codec(partition);
    }

    String of(String text) {
        return column.tooLong(text) == null ? text : HASHED + Sha256.hex(text);
    }

    /** Whether the text can't be read from the name. */
    static boolean hashed(String name) {
        return name.startsWith(HASHED);
    }

    /** The texts of those that have a hash for a name, by that name. */
    Map<String, String> hashed(Collection<String> texts) {
        Map<String, String> byName = new HashMap<>();
        for (String text : texts) {
            String name = of(text);
            if (hashed(name)) {
                byName.put(name, text);
            }
        }
        return byName;
    }
}
