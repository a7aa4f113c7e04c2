package io.storeway.kv.internal;

import io.storeway.Row;
import org.jspecify.annotations.Nullable;

/**
 * A row with the JSON text it was read from or is to be written as.
 *
 * @param position the place in the array it was read from
 * @param row the row
 * @param json the item's text
 * @param more whether the text has members that no field holds
 */
public record StoredItem(int position, Row row, Slice json, boolean more) {

    /** What an item that takes this one's place has to look at for such members, or null if there are none. */
    public byte @Nullable [] replaced() {
        return more ? json.bytes() : null;
    }
}
