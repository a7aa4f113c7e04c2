package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.internal.Sha256;
import io.storeway.kv.internal.StrictJson;
import io.storeway.kv.internal.UnfitException;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.Version;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The entry beside a blob that holds the blob's version, so that the blob itself has no member for it. It stays when the blob is
 * deleted.
 *
 * @param version the version
 * @param content a hash of the entry that was written with this version, empty if that was a deletion
 */
record VersionSidecar(Version version, String content) {

    private static final int HASH_BYTES = 16;
    private static final int MOST_BYTES_OF_A_CHAR = 3;

    /** What the sidecar keys of a type begin with. */
    static String prefix(EntityType<?> type) {
        return KeyTemplate.RESERVED_PREFIX + ":version:" + type.name() + ":";
    }

    /** The key for a partition. A key text that is too long is replaced by %% and a hash; no real key text contains %%. */
    static String key(EntityType<?> type, Key partition, int maxKeyBytes) {
        String text = partition.text(type.partitionKey());
        String key = prefix(type) + text;
        boolean surelyFits = key.length() <= maxKeyBytes / MOST_BYTES_OF_A_CHAR;
        return surelyFits || key.getBytes(StandardCharsets.UTF_8).length <= maxKeyBytes
                ? key
                : prefix(type) + "%%" + Sha256.hex(text, HASH_BYTES);
    }

    static VersionSidecar of(Version version, @Nullable Entry entry) {
        return new VersionSidecar(version, entry == null ? "" : hash(entry));
    }

    /** Reads a sidecar; null if there is none, or it isn't in this format. */
    static @Nullable VersionSidecar read(@Nullable Entry entry) {
        try {
            if (entry != null
                    && StrictJson.read(entry.value()) instanceof Json.Obj object
                    && object.members().get("epoch") instanceof Json.Num epoch
                    && object.members().get("counter") instanceof Json.Num counter
                    && object.members().get("content") instanceof Json.Str content) {
                return new VersionSidecar(
                        new Version(
                                epoch.value().longValueExact(), counter.value().longValueExact()),
                        content.value());
            }
            return null;
        } catch (UnfitException | ArithmeticException notOurs) {
            return null;
        }
    }

    Write write(String key) {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("epoch", new Json.Num(BigDecimal.valueOf(version.epoch())));
        members.put("counter", new Json.Num(BigDecimal.valueOf(version.counter())));
        members.put("content", new Json.Str(content));
        return Write.put(key, StrictJson.write(new Json.Obj(members)));
    }

    /** Whether the entry is still the one that was written with this version. */
    boolean describes(@Nullable Entry entry) {
        return content.equals(entry == null ? "" : hash(entry));
    }

    private static String hash(Entry entry) {
        MessageDigest sha256 = Sha256.digest();
        String metadata = entry.metadata();
        Instant expiresAt = entry.expiresAt();
        String beside = (metadata == null ? "-" : "=" + metadata) + "\n" + (expiresAt == null ? "-" : expiresAt) + "\n";
        byte[] text = beside.getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(text.length).array());
        sha256.update(text);
        return hex(sha256.digest(entry.value()));
    }

    private static String hex(byte[] hash) {
        return HexFormat.of().formatHex(hash, 0, HASH_BYTES);
    }
}
