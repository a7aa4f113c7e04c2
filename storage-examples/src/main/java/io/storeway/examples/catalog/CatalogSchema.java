package io.storeway.examples.catalog;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.FieldType;
import io.storeway.FieldType.TimeUnit;
import io.storeway.OnDelete;
import java.lang.invoke.MethodHandles;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entity types of the catalog. */
public final class CatalogSchema {

    private static final MethodHandles.Lookup HERE = MethodHandles.lookup();
    private static final FieldType MILLIS = FieldType.instant(TimeUnit.MILLIS);

    private CatalogSchema() {}

    /**
     * A user.
     *
     * @param email in lower case
     * @param passwordHash see {@link Passwords}
     * @param version counts the updates; makes them optimistic
     */
    public record User(String id, String email, String name, String passwordHash, Instant createdAt, long version) {}

    /**
     * A session of a user.
     *
     * @param tokenHash the hash of the token, which only the client knows
     */
    record Session(String tokenHash, String userId, Instant expiresAt) {}

    /**
     * A category in a tree.
     *
     * @param id a hash of the names on the path from the root, so that everyone who creates it gives it the same id
     */
    public record Category(String id, String name, @Nullable String parent) {}

    /**
     * A link.
     *
     * @param infoHash the SHA-1 of its URL
     */
    public record Item(
            String infoHash,
            String name,
            String url,
            @Nullable String author,
            @Nullable List<String> notes,
            Instant addedAt) {}

    /** That an item is in a category or in one below it, with copies of the fields that a search within the category asks for. */
    record Placement(
            String categoryId,
            String infoHash,
            String name,
            @Nullable String author,
            Instant addedAt) {}

    /** Something that a user has done. */
    public record Activity(
            String userId,
            String id,
            Action action,
            @Nullable String subject,
            Instant at) {}

    /** What a user can do. */
    public enum Action {
        /** Signed in. */
        SIGN_IN,
        /** Looked for something. */
        SEARCH,
        /** Looked at an item. */
        VIEW,
        /** Added items. */
        INGEST
    }

    static final EntityType<User> USERS = EntityType.of(User.class, HERE)
            .named("users")
            .identifiedBy(User::id)
            .unique(User::email)
            .versionedBy(User::version)
            .type(User::createdAt, MILLIS)
            .build();

    static final EntityType<Session> SESSIONS = EntityType.of(Session.class, HERE)
            .named("sessions")
            .identifiedBy(Session::tokenHash)
            .references(Session::userId, USERS, OnDelete.CASCADE)
            .expiresAt(Session::expiresAt)
            .type(Session::expiresAt, MILLIS)
            .sql(table -> table.index(Session::expiresAt))
            .build();

    static final EntityType<Category> CATEGORIES = EntityType.of(Category.class, HERE)
            .named("categories")
            .identifiedBy(Category::id)
            .nullable(Category::parent)
            .referencesSelf(Category::parent, OnDelete.RESTRICT)
            .keyValue("category:{id}", Blob.object())
            .build();

    static final EntityType<Item> ITEMS = EntityType.of(Item.class, HERE)
            .named("items")
            .identifiedBy(Item::infoHash)
            .nullable(Item::author, Item::notes)
            .type(Item::addedAt, MILLIS)
            .keyValue("item:{infoHash}", Blob.object())
            .sql(table -> table.index(Item::name).index(Item::addedAt).index(Item::author))
            .build();

    static final EntityType<Placement> PLACEMENTS = EntityType.of(Placement.class, HERE)
            .named("placements")
            .partitionedBy(Placement::categoryId)
            .identifiedBy(Placement::infoHash)
            .nullable(Placement::author)
            .references(Placement::categoryId, CATEGORIES, OnDelete.RESTRICT)
            .references(Placement::infoHash, ITEMS, OnDelete.CASCADE)
            .type(Placement::addedAt, MILLIS)
            .build();

    static final EntityType<Activity> ACTIVITIES = EntityType.of(Activity.class, HERE)
            .named("activities")
            .partitionedBy(Activity::userId)
            .identifiedBy(Activity::id)
            .nullable(Activity::subject)
            .references(Activity::userId, USERS, OnDelete.CASCADE)
            .type(Activity::at, MILLIS)
            .build();

    /** All types, to open a storage with. */
    public static final Catalog CATALOG = Catalog.of(USERS, SESSIONS, CATEGORIES, ITEMS, PLACEMENTS, ACTIVITIES);
}
