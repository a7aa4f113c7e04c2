package io.storeway.kv;

import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.internal.BlobCodec;
import io.storeway.kv.internal.Decoded;
import io.storeway.kv.internal.StoredItem;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.Residue;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition as it is in the store.
 *
 * @param codec the codec of its type
 * @param key the partition key
 * @param storeKey the key in the store
 * @param entry the entry, or null if there is none
 * @param content what the entry holds
 */
record KvPartition(
        BlobCodec codec, Key key, String storeKey, @Nullable Entry entry, Decoded content) {

    static KvPartition of(BlobCodec codec, Key key, String storeKey, @Nullable Entry entry) {
        Decoded content =
                entry == null ? Decoded.NOTHING : codec.decode(key, entry.value(), entry.metadata(), entry.expiresAt());
        return new KvPartition(codec, key, storeKey, entry, content);
    }

    /**
     * The records of the partition.
     *
     * @throws InvalidValueException if it holds anything that is no record
     */
    List<StoredItem> items(String operation, String backend) {
        if (!content.residue().isEmpty()) {
            Residue first = content.residue().get(0);
            EntityType<?> type = codec.type();
            throw new InvalidValueException(
                    first.position() == Residue.WHOLE ? "blob" : "item " + first.position(),
                    first.reason()
                            + "; if a release with another catalog wrote the blob, deploy that one, else repair it"
                            + " or leave it to a migration",
                    new ErrorContext(operation, backend, type.name(), key.redacted()),
                    null);
        }
        return content.items();
    }
}
