package io.storeway.kv.internal;

import io.storeway.Field;
import io.storeway.Key;
import io.storeway.KeyText;
import io.storeway.internal.Sha256;
import io.storeway.layout.KeyTemplate;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The keys of the index of constraints, which is kept in the store beside the blobs, under a prefix that no entity type can use. */
public final class IndexKeys {

    /** The key of the entry that says which rules the index covers. */
    public static final String RECORD = KeyTemplate.RESERVED_PREFIX + ":constraints";

    private static final String UNIQUE = KeyTemplate.RESERVED_PREFIX + ":unique:";
    private static final String CHILDREN = KeyTemplate.RESERVED_PREFIX + ":children:";

    private IndexKeys() {}

    /** Whether a key belongs to the index, or to the entry that describes it. */
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

    /** The key that a record with these values of a unique key occupies. */
    public static String unique(
            String type, String constraint, List<? extends Field<?, ?>> fields, Key values, int maxBytes) {
        return fitting(unique(type) + constraint + ":", values.text(fields), "", maxBytes);
    }

    /** The key of a part of the set of partitions that refer to a record. */
    public static String children(
            String type, String constraint, List<? extends Field<?, ?>> fields, Key parent, int part, int maxBytes) {
        return fitting(children(type) + constraint + ":", parent.text(fields), part == 0 ? "" : ":" + part, maxBytes);
    }

    /** The key, with a hash instead of a text that is too long. No real text of a key contains two percent signs. */
    private static String fitting(String prefix, String text, String suffix, int maxBytes) {
        String key = prefix + text + suffix;
        return key.length() * 3L <= maxBytes || key.getBytes(StandardCharsets.UTF_8).length <= maxBytes
                ? key
                : prefix + "%%" + Sha256.hex(text) + suffix;
    }
}
