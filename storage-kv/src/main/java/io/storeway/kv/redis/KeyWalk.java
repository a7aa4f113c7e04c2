package io.storeway.kv.redis;

import io.lettuce.core.KeyScanArgs;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanCursor;
import io.storeway.error.StorageUnavailableException;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Walks through all keys of a server, or of all masters of a cluster. A key may be met more than once. */
final class KeyWalk {

    private static final int STEP = 1_000;
    private static final int MAX_ATTEMPTS = 3;

    private final RedisLink link;

    KeyWalk(RedisLink link) {
        this.link = link;
    }

    /**
     * Hands over every key with this prefix that holds a string and is there from the beginning to the end of the walk.
     *
     * @param restart is called before the walk begins anew because the connection was lost: the cursor of one server means nothing to
     *     another one
     */
    void forEach(String operation, byte[] prefix, Runnable restart, Consumer<byte[]> action) {
        KeyScanArgs strings = new KeyScanArgs().type("string");
        strings.limit(STEP);
        strings.match(glob(prefix), StandardCharsets.ISO_8859_1);
        for (int attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
            restart.run();
            long disconnections = link.disconnections();
            ScanCursor at = ScanCursor.INITIAL;
            while (!at.isFinished() && link.disconnections() == disconnections) {
                ScanCursor from = at;
                KeyScanCursor<byte[]> found = link.read(operation, commands -> commands.scan(from, strings));
                found.getKeys().forEach(action);
                at = found;
            }
            if (link.disconnections() == disconnections) {
                return;
            }
        }
        throw new StorageUnavailableException(
                "The connection was lost again and again while the keys were listed", link.context(operation), null);
    }

    /** A pattern for keys with exactly this prefix; each character stands for a byte. */
    static String glob(byte[] prefix) {
        StringBuilder pattern = new StringBuilder(prefix.length + 8);
        for (byte b : prefix) {
            char character = (char) (b & 0xff);
            if ("*?[]\\".indexOf(character) >= 0) {
                pattern.append('\\');
            }
            pattern.append(character);
        }
        return pattern.append('*').toString();
    }
}
