package io.storeway.testkit.laws;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.Json;
import io.storeway.OnDelete;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entity types of the laws: one of each shape, one with a field of each kind, one with rules, one that expires. */
final class LawTypes {

    static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    private LawTypes() {}

    enum Color {
        RED,
        GREEN
    }

    record Single(
            String id, @Nullable Integer number, @Nullable String text) {}

    record Item(String owner, String name, @Nullable Long weight) {}

    record Entry(String owner, String text) {}

    record Member(String name) {}

    record Lease(String id, @Nullable Instant expiresAt) {}

    record Ruled(String id, String email, @Nullable Integer rating, Color color) {}

    record Child(String parent, String name) {}

    record Everything(
            String id,
            @Nullable String text,
            @Nullable Boolean flag,
            @Nullable Integer small,
            @Nullable Long large,
            @Nullable Double real,
            @Nullable BigDecimal money,
            @Nullable Instant at,
            @Nullable LocalDate day,
            @Nullable Json json,
            @Nullable List<String> words) {}

    /** One record for each partition, as an object. */
    static final EntityType<Single> SINGLES = EntityType.of(Single.class)
            .named("singles")
            .identifiedBy(Single::id)
            .nullable(Single::number, Single::text)
            .sql(table -> table.index(Single::number))
            .build();

    /** Several records, without order, as an array of objects. */
    static final EntityType<Item> ITEMS = EntityType.of(Item.class)
            .named("items")
            .partitionedBy(Item::owner)
            .identifiedBy(Item::name)
            .nullable(Item::weight)
            .build();

    /** A list that keeps order and duplicates, as an array of scalars. */
    static final EntityType<Entry> ENTRIES = EntityType.of(Entry.class)
            .named("entries")
            .partitionedBy(Entry::owner)
            .ordered()
            .keyValue("entries:{owner}", Blob.arrayOf(Entry::text))
            .build();

    /** A whole set in one blob. */
    static final EntityType<Member> MEMBERS = EntityType.of(Member.class)
            .named("members")
            .onePartition()
            .identifiedBy(Member::name)
            .keyValue("members", Blob.arrayOf(Member::name))
            .build();

    static final EntityType<Lease> LEASES = EntityType.of(Lease.class)
            .named("leases")
            .identifiedBy(Lease::id)
            .nullable(Lease::expiresAt)
            .expiresAt(Lease::expiresAt)
            .build();

    static final EntityType<Ruled> RULED = EntityType.of(Ruled.class)
            .named("ruled")
            .identifiedBy(Ruled::id)
            .nullable(Ruled::rating)
            .unique(Ruled::email)
            .range(Ruled::rating, 1, 5)
            .build();

    static final EntityType<Child> CHILDREN = EntityType.of(Child.class)
            .named("children")
            .partitionedBy(Child::parent)
            .identifiedBy(Child::name)
            .references(Child::parent, RULED, OnDelete.CASCADE)
            .build();

    static final EntityType<Everything> EVERYTHING = EntityType.of(Everything.class)
            .named("everything")
            .identifiedBy(Everything::id)
            .nullable(Everything::text, Everything::flag, Everything::small, Everything::large, Everything::real)
            .nullable(Everything::money, Everything::at, Everything::day, Everything::json, Everything::words)
            .type(Everything::money, FieldType.decimal(18, 4))
            .type(Everything::at, FieldType.instant(FieldType.TimeUnit.MICROS))
            .build();

    static final Catalog CATALOG = Catalog.of(SINGLES, ITEMS, ENTRIES, MEMBERS, LEASES, RULED, CHILDREN, EVERYTHING);
}
