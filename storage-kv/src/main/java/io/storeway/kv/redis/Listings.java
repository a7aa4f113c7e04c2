package io.storeway.kv.redis;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Lists keys in their order, although a server keeps none. A walk through all keys finds the next 100,000 keys of a listing, which are
 * kept in memory for its next pages: for 30 seconds after the page before, and for at most 16 listings. The cursor is the last key, so
 * any process can go on with a listing.
 */
final class Listings {

    private static final int MOST_LISTINGS = 16;
    private static final long KEPT_NANOS = Duration.ofSeconds(30).toNanos();

    /**
     * A page of a listing.
     *
     * @param keys the keys in their order
     * @param last whether there are no more
     */
    record Part(List<String> keys, boolean last) {}

    private record Place(String prefix, String after) {}

    private record Window(List<String> keys, boolean last, long time) {}

    private final KeyWalk walk;
    private final Places places;
    private final int windowKeys;
    private final Map<Place, Window> windows = new LinkedHashMap<>();

    Listings(KeyWalk walk, Places places, int windowKeys) {
        this.walk = walk;
        this.places = places;
        this.windowKeys = windowKeys;
    }

    /** The next keys with the prefix, behind the given one. */
    Part next(String prefix, @Nullable String after, int limit) {
        Window window = after == null ? null : kept(new Place(prefix, after));
        if (window == null) {
            window = walk(prefix, after);
        }
        List<String> keys =
                window.keys().subList(0, Math.min(limit, window.keys().size()));
        List<String> rest = window.keys().subList(keys.size(), window.keys().size());
        if (!rest.isEmpty()) {
            keep(new Place(prefix, keys.get(keys.size() - 1)), new Window(rest, window.last(), System.nanoTime()));
        }
        return new Part(keys, rest.isEmpty() && window.last());
    }

    private Window walk(String prefix, @Nullable String after) {
        TreeSet<byte[]> found = new TreeSet<>(Arrays::compareUnsigned);
        byte[] from = after == null ? null : places.valuesFrom(after);
        walk.forEach("list", places.valuesFrom(prefix), found::clear, place -> {
            if (from == null || Arrays.compareUnsigned(place, from) > 0) {
                found.add(place);
                if (found.size() > windowKeys + 1) {
                    found.pollLast();
                }
            }
        });
        boolean last = found.size() <= windowKeys;
        if (!last) {
            found.pollLast();
        }
        return new Window(places.keysOfValues(found), last, 0);
    }

    private synchronized @Nullable Window kept(Place place) {
        forget();
        return windows.remove(place);
    }

    private synchronized void keep(Place place, Window window) {
        forget();
        windows.put(place, window);
        if (windows.size() > MOST_LISTINGS) {
            windows.remove(windows.keySet().iterator().next());
        }
    }

    private void forget() {
        long now = System.nanoTime();
        windows.values().removeIf(window -> now - window.time() > KEPT_NANOS);
    }
}
