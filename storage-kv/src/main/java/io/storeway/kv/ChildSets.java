package io.storeway.kv;

import io.storeway.Field;
import io.storeway.Json;
import io.storeway.Key;
import io.storeway.kv.ConstraintRules.Link;
import io.storeway.kv.internal.IndexKeys;
import io.storeway.kv.internal.StrictJson;
import io.storeway.kv.internal.UnfitException;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Index of references: for each parent, the set of partitions with records that refer to it, kept in the store. A set is one entry
 * until it is large. Then its members are spread over a power of two of entries, so that writers seldom write the same one; the first
 * entry says over how many.
 *
 * <p>A set may name a partition that no longer refers to the parent, since the store drops expired entries by itself. It never lacks
 * one that does.
 */
final class ChildSets {

    private static final int LARGEST_PART = 128;

    /** An entry of a set. */
    private record Part(int parts, Set<String> partitions) {}

    private final KvUnit unit;

    ChildSets(KvUnit unit) {
        this.unit = unit;
    }

    /** The partitions that may refer to the parent. */
    List<Key> of(Link link, Key parent) {
        Part first = part(key(link, parent, 0));
        unit.prefetch(keys(link, parent, first.parts()));
        List<Key> partitions = new ArrayList<>();
        for (String key : keys(link, parent, first.parts())) {
            part(key).partitions().forEach(text -> partitions.add(Key.parse(text, partitionKey(link))));
        }
        return partitions;
    }

    void add(Link link, Key parent, Key partition) {
        String text = partition.text(partitionKey(link));
        Part first = part(key(link, parent, 0));
        String key = key(link, parent, place(text, first.parts()));
        Part part = part(key);
        if (part.partitions().add(text)) {
            write(key, part);
            if (part.partitions().size() > LARGEST_PART) {
                shrinkOrSplit(link, parent, first.parts(), key);
            }
        }
    }

    void remove(Link link, Key parent, Key partition) {
        String text = partition.text(partitionKey(link));
        String key = key(link, parent, place(text, part(key(link, parent, 0)).parts()));
        Part part = part(key);
        if (part.partitions().remove(text)) {
            write(key, part);
        }
    }

    /** Forgets a set whose parent is gone. */
    void clear(Link link, Key parent) {
        keys(link, parent, part(key(link, parent, 0)).parts()).forEach(key -> unit.put(Write.delete(key)));
    }

    /** Removes partitions that the store has dropped from a large part. If it is still large, doubles the number of parts. */
    private void shrinkOrSplit(Link link, Key parent, int parts, String large) {
        Part part = part(large);
        Map<String, String> blobs = new LinkedHashMap<>();
        part.partitions().forEach(text -> blobs.put(text, link.child().keyOf(Key.parse(text, partitionKey(link)))));
        unit.prefetch(List.copyOf(blobs.values()));
        part.partitions().removeIf(text -> unit.entry(blobs.getOrDefault(text, "")) == null);
        write(large, part);
        if (part.partitions().size() <= LARGEST_PART / 2) {
            return;
        }
        Map<String, Part> spread = new LinkedHashMap<>();
        keys(link, parent, parts * 2).forEach(key -> spread.put(key, new Part(parts * 2, new TreeSet<>())));
        unit.prefetch(List.copyOf(spread.keySet()));
        for (String key : keys(link, parent, parts)) {
            for (String text : part(key).partitions()) {
                String home = key(link, parent, place(text, parts * 2));
                Objects.requireNonNull(spread.get(home)).partitions().add(text);
            }
        }
        spread.forEach(this::write);
    }

    private static int place(String partition, int parts) {
        int hash = partition.hashCode();
        return (hash ^ (hash >>> 16)) & (parts - 1);
    }

    private static List<? extends Field<?, ?>> partitionKey(Link link) {
        return link.child().type().partitionKey();
    }

    /** The keys of a set's entries, to read them ahead. */
    List<String> keys(Link link, Key parent, int parts) {
        List<String> keys = new ArrayList<>(parts);
        for (int i = 0; i < parts; i++) {
            keys.add(key(link, parent, i));
        }
        return keys;
    }

    private String key(Link link, Key parent, int part) {
        return IndexKeys.children(
                link.child().type().name(),
                link.reference().name(),
                link.parent().type().key(),
                parent,
                part,
                unit.maxKeyBytes());
    }

    private Part part(String key) {
        Entry entry = unit.entry(key);
        Set<String> partitions = new TreeSet<>();
        int parts = 1;
        if (entry != null) {
            try {
                Json.Obj object = (Json.Obj) StrictJson.read(entry.value());
                parts = ((Json.Num) member(object, "parts")).value().intValueExact();
                ((Json.Arr) member(object, "partitions"))
                        .items()
                        .forEach(item -> partitions.add(((Json.Str) item).value()));
            } catch (UnfitException | ClassCastException | ArithmeticException e) {
                throw new IllegalStateException("An entry of the index of constraints is damaged; build it anew", e);
            }
        }
        return new Part(parts, partitions);
    }

    private static Json member(Json.Obj object, String name) {
        Json member = object.members().get(name);
        return member == null ? Json.NULL : member;
    }

    private void write(String key, Part part) {
        if (part.parts() == 1 && part.partitions().isEmpty()) {
            unit.put(Write.delete(key));
            return;
        }
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("parts", new Json.Num(BigDecimal.valueOf(part.parts())));
        members.put(
                "partitions",
                new Json.Arr(part.partitions().stream().<Json>map(Json.Str::new).toList()));
        unit.put(Write.put(key, StrictJson.write(new Json.Obj(members))));
    }
}
