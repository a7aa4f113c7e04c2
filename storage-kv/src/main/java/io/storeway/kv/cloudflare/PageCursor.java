package io.storeway.kv.cloudflare;

import io.storeway.error.InvalidValueException;

/**
 * Where a listing goes on: on a page of the service, behind a key. The service has no pages of fewer than ten keys, so one of them may
 * serve several smaller pages of this store.
 *
 * @param service the service's cursor of its page, empty for the first one
 * @param after the key behind which to go on; empty for the begin of the page
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
