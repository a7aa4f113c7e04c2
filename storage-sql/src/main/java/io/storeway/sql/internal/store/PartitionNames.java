package io.storeway.sql.internal.store;

import io.storeway.Field;
import io.storeway.internal.Sha256;
import io.storeway.sql.internal.codec.ColumnCodec;
import io.storeway.sql.internal.dialect.Table;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/** The names of partitions in the tables of a migration: the text of their key, or a hash of it if the column is too short. */
final class PartitionNames {

    /** Begins a hash. In a key's text two hex digits follow every percent sign, so no text begins like this. */
    private static final String HASHED = "%#";

    private final ColumnCodec column;

    PartitionNames(Table table, Field<?, ?> partition) {
        this.column = table.codec(partition);
    }

    String of(String text) {
        return column.tooLong(text) == null ? text : HASHED + Sha256.hex(text);
    }

    /** Whether a name is a hash. */
    static boolean hashed(String name) {
        return name.startsWith(HASHED);
    }

    /** Of the given texts, those that are named by a hash, by that name. */
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
