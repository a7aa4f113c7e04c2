package io.storeway.kv.internal;

import io.storeway.Json;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;

/**
 * Gives the ids of the items of one partition, in their order: the hex of the first 128 bits of SHA-256 over three lines,
 * the partition key's text, the item as JSON with sorted members and without trailing zeros, and the number of equal items
 * before it.
 */
public final class ContentIds {

    private static final int BYTES = 16;

    private final String partition;
    private final Map<String, Integer> seen = new HashMap<>();

    /** Ids for a partition, given the text of its key. */
    public ContentIds(String partition) {
        this.partition = partition;
    }

    /** The id of the next item, given the text that the encoder writes for it. */
    public String next(byte[] item) {
        String canonical = canonical(StrictJson.read(item)).toString();
        return of(partition, canonical, seen.merge(canonical, 1, Integer::sum) - 1);
    }

    /** The id of an item that has so many equal ones before it. */
    public static String of(String partition, byte[] item, int equalBefore) {
        return of(partition, canonical(StrictJson.read(item)).toString(), equalBefore);
    }

    private static String of(String partition, String canonical, int equalBefore) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((partition + "\n" + canonical + "\n" + equalBefore).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every JDK has SHA-256", e);
        }
    }

    private static Json canonical(Json json) {
        if (json instanceof Json.Num number) {
            BigDecimal value = number.value();
            return new Json.Num(value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros());
        }
        if (json instanceof Json.Arr array) {
            return new Json.Arr(
                    array.items().stream().map(ContentIds::canonical).toList());
        }
        if (json instanceof Json.Obj object) {
            Map<String, Json> sorted = new TreeMap<>();
            object.members().forEach((name, member) -> sorted.put(name, canonical(member)));
            return new Json.Obj(sorted);
        }
        return json;
    }
}
