package io.storeway.kv.internal;

import io.storeway.Row;
import org.jspecify.annotations.Nullable;

/**
 * A row with the JSON text from which it was read, or as which it will be written.
 *
 * @param position its place in the array from which it was read
 * @param row the row
 * @param json the item's text
 * @param more whether the text has members that no field names
 */
public record StoredItem(int position, Row row, Slice json, boolean more) {

    /** The text, for an item that replaces this one and keeps those members; null if there are none. */
    public byte @Nullable [] replaced() {
        return more ? json.bytes() : null;
    }
}
