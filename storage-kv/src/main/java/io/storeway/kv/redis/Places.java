package io.storeway.kv.redis;

import io.lettuce.core.cluster.SlotHash;
import io.storeway.layout.KeyTemplate;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the server under which entries are kept: values under their own keys, with the tag in front if there is one; sidecars under
 * {@code __storeway:entry:{n}:key}, where n is the smallest number that puts the sidecar into the same slot of a cluster.
 */
final class Places {

    /** What the keys of sidecars begin with. */
    static final String SIDECARS = KeyTemplate.RESERVED_PREFIX + ":entry:{";

    private static final byte[] SIDECAR_START = utf8(SIDECARS);
    private static final byte[] SIDECAR_END = utf8("}:");
    private static final byte[] LISTED = utf8(KeyTemplate.RESERVED_PREFIX + ":listed");

    /** For each slot, a text that belongs to it. */
    private static final byte[][] SLOT_TEXTS = slotTexts();

    /**
     * The places of one key.
     *
     * @param key the key
     * @param value the server's key of its value
     * @param sidecar the server's key of its sidecar
     * @param slot the slot of both in a cluster; always 0 without a cluster, where one command may name any keys
     */
    record Place(String key, byte[] value, byte[] sidecar, int slot) {}

    private final boolean cluster;
    private final byte[] start;
    private final int onlySlot;
    private final byte @Nullable [] listed;

    Places(RedisAddress address) {
        String tag = address.tag();
        this.cluster = address.cluster();
        this.start = tag.isEmpty() ? new byte[0] : utf8("{" + tag + "}");
        this.onlySlot = tag.isEmpty() ? -1 : SlotHash.getSlot(start);
        this.listed = cluster && tag.isEmpty() ? null : joined(start, LISTED);
    }

    private static byte[][] slotTexts() {
        byte[][] texts = new byte[SlotHash.SLOT_COUNT][];
        int missing = texts.length;
        for (int number = 0; missing > 0; number++) {
            byte[] text = utf8(Integer.toString(number));
            int slot = SlotHash.getSlot(text);
            if (texts[slot] == null) {
                texts[slot] = text;
                missing--;
            }
        }
        return texts;
    }

    Place of(String key) {
        byte[] value = joined(start, utf8(key));
        int slot = onlySlot < 0 ? SlotHash.getSlot(value) : onlySlot;
        return new Place(key, value, joined(SIDECAR_START, SLOT_TEXTS[slot], SIDECAR_END, value), cluster ? slot : 0);
    }

    /** The prefix of the places of values whose keys have this prefix. */
    byte[] valuesFrom(String prefix) {
        return joined(start, utf8(prefix));
    }

    /** The place of the set of {@link ListedKeys}; null in a cluster without a tag, where no commit could update it atomically. */
    byte @Nullable [] listed() {
        return listed;
    }

    /** The prefix of the places of all sidecars. */
    byte[] sidecars() {
        return onlySlot < 0 ? SIDECAR_START : joined(SIDECAR_START, SLOT_TEXTS[onlySlot], SIDECAR_END, start);
    }

    /** The key whose value is at a place; null if it is the place of a sidecar, or no text. */
    @Nullable
    String keyOfValue(byte[] place) {
        return begins(place, 0, SIDECAR_START) ? null : key(place, 0);
    }

    /** The keys whose values are at the places, in their order; places of anything else are left out. */
    List<String> keysOfValues(Collection<byte[]> places) {
        List<String> keys = new ArrayList<>(places.size());
        for (byte[] place : places) {
            String key = keyOfValue(place);
            if (key != null) {
                keys.add(key);
            }
        }
        return keys;
    }

    /** The key whose sidecar is at a place, or null if it is not the place of a sidecar. */
    @Nullable
    String keyOfSidecar(byte[] place) {
        for (int at = SIDECAR_START.length; at < place.length; at++) {
            if (begins(place, at, SIDECAR_END)) {
                return key(place, at + SIDECAR_END.length);
            }
        }
        return null;
    }

    private @Nullable String key(byte[] place, int from) {
        if (!begins(place, from, start) || place.length == from + start.length) {
            return null;
        }
        try {
            int length = place.length - from - start.length;
            CharBuffer key =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(place, from + start.length, length));
            return key.toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static boolean begins(byte[] place, int from, byte[] with) {
        int end = from + with.length;
        return end <= place.length && Arrays.equals(place, from, end, with, 0, with.length);
    }

    private static byte[] joined(byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
