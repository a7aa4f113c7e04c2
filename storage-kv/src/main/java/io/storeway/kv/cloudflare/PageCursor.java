package io.storeway.kv.cloudflare;

import io.storeway.error.InvalidValueException;

/**
 * Where a listing goes on: on the service's page at its cursor, behind a key. The service has no pages of fewer than ten
 * keys, so one of them may serve several parts.
 *
 * @param service the service's cursor, empty for the first page
 * @param after the key, empty for the whole page
 */
record PageCursor(String service, String after) {

    static final PageCursor START = new PageCursor("", "");

    static PageCursor parse(String text) {
        int colon = text.indexOf(':');
        try {
            int end = colon + 1 + Integer.parseInt(text.substring(0, Math.max(colon, 0)));
            return new PageCursor(text.substring(colon + 1, end), text.substring(end));
        } catch (NumberFormatException | StringIndexOutOfBoundsException e) {
            throw new InvalidValueException("cursor", "it is none of this store", CloudflareKvStore.context("list"), e);
        }
    }

    @Override
    public String toString() {
        return service.length() + ":" + service + after;
    }
}
