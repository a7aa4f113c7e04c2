package io.storeway.kv.redis;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.Range.Boundary;
import io.storeway.error.StorageException;
import io.storeway.kv.redis.Listings.Part;
import io.storeway.layout.KeyTemplate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keys that are listed often, in a sorted set that every commit updates, so that a listing of them needn't walk through all keys of the
 * server. A special member says that the set is complete. If that is missing, because the set is new or somebody has deleted it, one
 * walk finds the keys and completes the set.
 */
final class ListedKeys {

    private static final byte[] COMPLETE = Places.utf8("complete");
    /** Appended to a prefix, it comes behind every text with that prefix in the order of bytes. */
    private static final byte BEHIND_ALL = (byte) 0xff;

    private static final int BATCH = 1_000;

    private final RedisLink link;
    private final Places places;
    private final KeyWalk walk;

    ListedKeys(RedisLink link, Places places, KeyWalk walk) {
        this.link = link;
        this.places = places;
        this.walk = walk;
    }

    /** The next keys with the prefix, behind the given one; null if only a walk can find them. */
    @Nullable
    Part next(String prefix, @Nullable String after, int limit) {
        byte[] set = prefix.startsWith(KeyTemplate.LISTED_PREFIX) ? places.listed() : null;
        if (set == null || !complete(set)) {
            return null;
        }
        byte[] first = places.valuesFrom(prefix);
        byte[] end = Arrays.copyOf(first, first.length + 1);
        end[first.length] = BEHIND_ALL;
        byte[] last = after == null ? null : places.valuesFrom(after);
        Boundary<byte[]> from = last == null || Arrays.compareUnsigned(last, first) < 0
                ? Boundary.including(first)
                : Boundary.excluding(last);
        Range<byte[]> range = Range.from(from, Boundary.excluding(end));
        List<byte[]> found =
                link.read("list", commands -> commands.zrangebylex(set, range, Limit.create(0, limit + 1L)));
        return new Part(places.keysOfValues(found.subList(0, Math.min(limit, found.size()))), found.size() <= limit);
    }

    private boolean complete(byte[] set) {
        return link.read("list", commands -> commands.zscore(set, COMPLETE)) != null || completed(set);
    }

    /** Completes the set; returns false if that fails, as for a user who may only read. */
    private boolean completed(byte[] set) {
        List<byte[]> members = new ArrayList<>();
        walk.forEach("list", places.valuesFrom(KeyTemplate.LISTED_PREFIX), members::clear, place -> {
            if (places.keyOfValue(place) != null) {
                members.add(place);
            }
        });
        members.add(COMPLETE);
        try {
            for (int from = 0; from < members.size(); from += BATCH) {
                Object[] scored = members.subList(from, Math.min(from + BATCH, members.size())).stream()
                        .flatMap(place -> Stream.<Object>of(0.0, place))
                        .toArray();
                link.write("list", commands -> commands.zadd(set, scored));
            }
            return true;
        } catch (StorageException refused) {
            return false;
        }
    }
}
