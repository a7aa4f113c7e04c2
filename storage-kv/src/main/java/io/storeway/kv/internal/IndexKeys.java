package io.storeway.kv.internal;

import io.storeway.Field;
import io.storeway.Key;
import io.storeway.KeyText;
import io.storeway.internal.Sha256;
import io.storeway.layout.KeyTemplate;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The keys of the index of constraints, which lies in the store beside the blobs where no entity type can have keys. */
public final class IndexKeys {

    /** The key of the entry that says which rules the index covers. */
    public static final String RECORD = KeyTemplate.RESERVED_PREFIX + ":constraints";

    private static final String UNIQUE = KeyTemplate.RESERVED_PREFIX + ":unique:";
    private static final String CHILDREN = KeyTemplate.RESERVED_PREFIX + ":children:";

    private IndexKeys() {}

    /** Whether a key is one of the index, or of the entry that says what it covers. */
    public static boolean covers(String key) {
        return key.equals(RECORD) || key.startsWith(UNIQUE) || key.startsWith(CHILDREN);
    }

    /** What the keys of the index of a type's unique keys begin with. */
    public static String unique(String type) {
        return UNIQUE + KeyText.escape(type) + ":";
    }

    /** What the keys of the index of a type's references begin with. */
    public static String children(String type) {
        return CHILDREN + KeyText.escape(type) + ":";
    }

    /** The key that the record with these values holds. */
    public static String unique(
            String type, String constraint, List<? extends Field<?, ?>> fields, Key values, int maxBytes) {
        return fitting(unique(type) + constraint + ":", values.text(fields), "", maxBytes);
    }

    /** The key of a part of the set of partitions that refer to a record. */
    public static String children(
            String type, String constraint, List<? extends Field<?, ?>> fields, Key parent, int part, int maxBytes) {
        return fitting(children(type) + constraint + ":", parent.text(fields), part == 0 ? "" : ":" + part, maxBytes);
    }

    /** The key with a hash in the place of a text that is too long. No text of a key has two percent signs. */
    private static String fitting(String prefix, String text, String suffix, int maxBytes) {
        String key = prefix + text + suffix;
        return key.length() * 3L <= maxBytes || key.getBytes(StandardCharsets.UTF_8).length <= maxBytes
                ? key
                : prefix + "%%" + Sha256.hex(text) + suffix;
    }
}
