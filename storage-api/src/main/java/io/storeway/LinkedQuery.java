package io.storeway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A query that returns each record together with the one that it refers to, made by {@link Query#with}; immutable.
 *
 * <p>Makes two reads, whatever the number of records: the query, and then all referenced records at once, each of them once. On SQL the
 * second read is one statement per several hundred keys, in a key-value store it is one call. It may see writes made after the first
 * one, except within a unit of work.
 *
 * @param <T> the record
 * @param <P> the record it refers to
 */
public final class LinkedQuery<T, P> {

    private final Query<T> query;
    private final Field<T, ?> field;
    private final Repository<P> targets;

    LinkedQuery(Query<T> query, Field<T, ?> field, Repository<P> targets) {
        this.query = query;
        this.field = field;
        this.targets = targets;
    }

    /** The records with the ones that they refer to. Throws as {@link Query#list}. */
    public List<Linked<T, P>> list() {
        return link(query.rows());
    }

    /** As {@link Query#page}. */
    public Page<Linked<T, P>> page() {
        Page<Row> page = query.rowPage();
        return new Page<>(link(page.items()), page.next(), page.previous());
    }

    private List<Linked<T, P>> link(List<Row> rows) {
        Set<Key> keys = new LinkedHashSet<>();
        for (Row row : rows) {
            Object value = row.get(field.index());
            if (value != null) {
                keys.add(Key.of(value));
            }
        }
        List<Key> wanted = List.copyOf(keys);
        List<@Nullable P> found = wanted.isEmpty() ? List.of() : targets.findAll(wanted);
        Map<Object, @Nullable P> byKey = new HashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            byKey.put(wanted.get(i).values().get(0), found.get(i));
        }
        List<Linked<T, P>> linked = new ArrayList<>(rows.size());
        for (Row row : rows) {
            Object value = row.get(field.index());
            linked.add(new Linked<>(query.type().fromRow(row), value == null ? null : byKey.get(value)));
        }
        return linked;
    }
}
