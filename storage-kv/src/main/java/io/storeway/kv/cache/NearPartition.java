package io.storeway.kv.cache;

import io.storeway.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition that is kept in the memory of the process. It is its own key in the map, because memory access dominates the cost of a
 * hit: whoever has compared the key has already loaded the content. Equal to any with the same type, life and key, whatever the content.
 */
final class NearPartition extends CachedPartition {

    private final NearPartitions of;
    private final long life;
    private final Object key;

    private NearPartition(NearPartitions of, long life, Object key, @Nullable List<Row> rows, long keepUntil) {
        super(rows, keepUntil);
        this.of = of;
        this.life = life;
        this.key = key;
    }

    /**
     * A key without content, to look a partition up.
     *
     * @param life a number that changes when all partitions of the type are dropped, so that none from before is found
     * @param key the value of the partition key, or the list of its values
     */
    static NearPartition key(NearPartitions of, long life, Object key) {
        return new NearPartition(of, life, key, null, 0);
    }

    NearPartition with(@Nullable List<Row> rows, long keepUntil) {
        return new NearPartition(of, life, key, rows, keepUntil);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NearPartition that && of == that.of && life == that.life && key.equals(that.key);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * of.hashCode() + Long.hashCode(life)) + key.hashCode();
    }
}
