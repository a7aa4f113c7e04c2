package io.storeway.kv.cache;

import io.storeway.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partition that is kept in the process. It is its own key: where reading memory takes most of the time, who has compared
 * the key has the content at hand. Equal to one of the same type, life and key, whatever the content.
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
     * The key alone, to look for the partition.
     *
     * @param life which of the lives of the type, so that nobody looks where it was in another one
     * @param key the value of its key, or the list of them
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
