package io.storeway.kv.cache;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The keys under which the cache's store has the partitions of one type. They tell the names and types of its fields, so
 * that another version of the type doesn't meet these entries.
 */
final class EntryKeys {

    static final String GENERATION = "cache-generation:";

    private final EntityType<?> type;
    private final String prefix;

    EntryKeys(EntityType<?> type) {
        this.type = type;
        this.prefix = "cache:" + type.name() + ':' + shapeOf(type) + ':';
    }

    private static String shapeOf(EntityType<?> type) {
        CRC32C checksum = new CRC32C();
        for (Field<?, ?> field : type.fields()) {
            checksum.update((field.name() + ' ' + field.type() + '\n').getBytes(StandardCharsets.UTF_8));
        }
        return Long.toHexString(checksum.getValue());
    }

    /** The key of the type's generation, which changes when records of the type may have gone with others. */
    String generation() {
        return GENERATION + type.name();
    }

    String of(Key partition) {
        return prefix + partition.text(type.partitionKey());
    }

    /** The partition whose key this is, or null if it is none of this type. */
    @Nullable
    Key partitionOf(String key) {
        try {
            return key.startsWith(prefix) ? Key.parse(key.substring(prefix.length()), type.partitionKey()) : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
