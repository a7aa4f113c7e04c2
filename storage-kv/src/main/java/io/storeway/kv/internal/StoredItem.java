package io.storeway.kv.internal;

import io.storeway.Row;

/**
 * A row with the JSON text it was read from or is to be written as.
 *
 * @param position the place in the array it was read from
 * @param row the row
 * @param json the item's text
 */
public record StoredItem(int position, Row row, Slice json) {}
