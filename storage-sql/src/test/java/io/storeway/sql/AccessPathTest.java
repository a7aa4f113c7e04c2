package io.storeway.sql;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.OnDelete;
import io.storeway.Page;
import io.storeway.Query;
import io.storeway.Repository;
import io.storeway.spi.ReplicaStore;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every declared way to records goes by an index, as the engine itself explains. */
class AccessPathTest {

    record Author(String id, String email) {}

    record Post(
            String id,
            String author,
            String title,
            int likes,
            @Nullable Integer year) {}

    record Comment(String post, long number, String text) {}

    private static final EntityType<Author> AUTHORS = EntityType.of(Author.class)
            .named("authors")
            .identifiedBy(Author::id)
            .unique(Author::email)
            .build();

    private static final EntityType<Post> POSTS = EntityType.of(Post.class)
            .nullable(Post::year)
            .named("posts")
            .identifiedBy(Post::id)
            .references(Post::author, AUTHORS, OnDelete.CASCADE)
            .sql(table -> table.index(Post::title).index(Post::likes).index(Post::year))
            .build();

    private static final EntityType<Comment> COMMENTS = EntityType.of(Comment.class)
            .named("comments")
            .partitionedBy(Comment::post)
            .identifiedBy(Comment::number)
            .build();

    record Vote(String country, String city, long number) {}

    private static final EntityType<Vote> VOTES = EntityType.of(Vote.class)
            .named("votes")
            .partitionedBy(Vote::country, Vote::city)
            .identifiedBy(Vote::number)
            .build();

    private static final Field<Author, String> EMAIL = AUTHORS.field(Author::email);
    private static final Field<Post, String> ID = POSTS.field(Post::id);
    private static final Field<Post, String> AUTHOR = POSTS.field(Post::author);
    private static final Field<Post, String> TITLE = POSTS.field(Post::title);
    private static final Field<Post, Integer> LIKES = POSTS.field(Post::likes);
    private static final Field<Post, @Nullable Integer> YEAR = POSTS.field(Post::year);
    private static final Field<Vote, String> COUNTRY = VOTES.field(Vote::country);
    private static final Field<Comment, Long> NUMBER = COMMENTS.field(Comment::number);

    private static final int ROWS = 4_000;

    @TempDir
    Path directory;

    private static SqlStorage filled(Engine engine, HikariDataSource pool, PlanRecorder recorder) throws SQLException {
        SqlStorage storage = SqlStorage.open(recorder.dataSource(), Catalog.of(AUTHORS, POSTS, COMMENTS));
        storage.repository(AUTHORS)
                .insertAll(IntStream.range(0, ROWS)
                        .mapToObj(i -> new Author("a" + i, "mail" + i))
                        .toList());
        storage.repository(POSTS)
                .insertAll(IntStream.range(0, ROWS)
                        .mapToObj(i -> new Post("p" + i, "a" + i % 1_000, "title " + i, i, i % 50 == 0 ? null : i))
                        .toList());
        storage.repository(COMMENTS)
                .insertAll(IntStream.range(0, ROWS)
                        .mapToObj(i -> new Comment("p" + i % 4, i, "text"))
                        .toList());
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            for (String table : List.of("authors", "posts", "comments")) {
                statement.execute(
                        switch (engine) {
                            case SQLITE, POSTGRESQL -> "ANALYZE " + table;
                            case H2 -> "ANALYZE TABLE \"" + table + "\"";
                            case MARIADB -> "ANALYZE TABLE " + table;
                        });
            }
        }
        return storage;
    }

    private static Map<String, Runnable> paths(SqlStorage storage) {
        Repository<Author> authors = storage.repository(AUTHORS);
        Repository<Post> posts = storage.repository(POSTS);
        Repository<Comment> comments = storage.repository(COMMENTS);
        Map<String, Runnable> paths = new LinkedHashMap<>();
        paths.put("key", () -> assertThat(posts.find("p17")).isPresent());
        paths.put(
                "keys",
                () -> assertThat(posts.findAll(List.of(Key.of("p1"), Key.of("p2"), Key.of("p3"))))
                        .hasSize(3));
        paths.put("update by key", () -> authors.update(new Author("a5", "changed")));
        paths.put(
                "deletion by keys",
                () -> assertThat(comments.deleteAll(List.of(Key.of("p0", 0L), Key.of("p1", 1L))))
                        .isEqualTo(2));
        paths.put(
                "keys of two parts",
                () -> assertThat(comments.findAll(List.of(Key.of("p0", 4L), Key.of("p1", 5L))))
                        .hasSize(2));
        paths.put("deletion by key", () -> assertThat(comments.delete("p3", 7L)).isTrue());
        paths.put("partition", () -> assertThat(comments.partition("p2").list()).hasSize(ROWS / 4));
        paths.put(
                "partition in pages",
                () -> pages(comments.partition("p2").query().orderBy(NUMBER.ascending()), 15));
        paths.put(
                "partition in pages, descending",
                () -> pages(comments.partition("p2").query().orderBy(NUMBER.descending()), 15));
        paths.put(
                "unique key",
                () -> assertThat(authors.where(EMAIL.eq("mail9")).list()).hasSize(1));
        paths.put(
                "reference",
                () -> assertThat(posts.where(AUTHOR.eq("a5")).list()).hasSize(4));
        paths.put(
                "references",
                () -> assertThat(posts.where(AUTHOR.in(List.of("a5", "a6"))).list())
                        .hasSize(8));
        paths.put(
                "records referred to",
                () -> posts.where(LIKES.between(3, 4))
                        .with(Post::author, AUTHORS)
                        .list());
        paths.put(
                "index",
                () -> assertThat(posts.where(TITLE.eq("title 9")).list()).hasSize(1));
        paths.put(
                "range",
                () -> assertThat(posts.where(LIKES.between(70, 79)).list()).hasSize(10));
        paths.put(
                "count of a range",
                () -> assertThat(posts.where(LIKES.between(70, 79)).count()).isEqualTo(10));
        paths.put(
                "prefix",
                () -> assertThat(posts.where(TITLE.startsWith("title 399")).list())
                        .hasSize(11));
        paths.put("pages", () -> pages(posts.all().allowScan().orderBy(LIKES.ascending()), 20));
        paths.put(
                "pages, descending",
                () -> pages(posts.all().allowScan().orderBy(LIKES.descending(), ID.descending()), 20));
        paths.put("pages by text", () -> pages(posts.all().allowScan().orderBy(ID.ascending()), 20));
        paths.put(
                "pages by what may be missing",
                () -> onward(posts.all().allowScan().orderBy(YEAR.ascending()), 20));
        return paths;
    }

    /** A page far from the start, the next one, and back. */
    private static <T> void pages(Query<T> query, int size) {
        Page<T> first = query.limit(500).page();
        Page<T> second = query.limit(size).after(first.next()).page();
        Page<T> back = query.limit(size).before(second.previous()).page();
        assertThat(second.items()).hasSize(size).doesNotContainAnyElementsOf(first.items());
        assertThat(back.items()).isEqualTo(first.items().subList(500 - size, 500));
    }

    private static <T> void onward(Query<T> query, int size) {
        Page<T> first = query.limit(500).page();
        Page<T> second = query.limit(size).after(first.next()).page();
        assertThat(second.items()).hasSize(size).doesNotContainAnyElementsOf(first.items());
    }

    @EachEngine
    void everyDeclaredPathGoesByAnIndexAndNoneSorts(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            PlanRecorder recorder = new PlanRecorder(engine, pool);
            try (SqlStorage storage = filled(engine, pool, recorder)) {
                SoftAssertions all = new SoftAssertions();
                paths(storage).forEach((path, work) -> {
                    List<String> plans = recorder.during(work);
                    all.assertThat(plans).as(path).isNotEmpty().noneMatch(recorder::scans);
                    if (path.contains("pages")) {
                        all.assertThat(plans).as(path).noneMatch(recorder::sorts);
                    }
                });
                all.assertAll();
            }
        }
    }

    /** H2 takes a list of keys to an index only if that has just their columns. */
    @Test
    void severalPartitionsOfSeveralColumnsGoByTheKeyOnH2() throws SQLException {
        try (HikariDataSource pool = Engine.H2.dataSource(directory)) {
            PlanRecorder recorder = new PlanRecorder(Engine.H2, pool);
            try (SqlStorage storage = SqlStorage.open(recorder.dataSource(), Catalog.of(VOTES))) {
                storage.repository(VOTES)
                        .insertAll(IntStream.range(0, ROWS)
                                .mapToObj(i -> new Vote("country" + i % 20, "city" + i % 100, i))
                                .toList());
                List<Key> partitions = List.of(Key.of("country1", "city1"), Key.of("country2", "city2"));
                assertThat(recorder.during(() -> assertThat(storage.replica().read(VOTES, partitions))
                                .allSatisfy(state -> assertThat(state.items()).hasSize(ROWS / 100))))
                        .isNotEmpty()
                        .noneMatch(recorder::scans);
            }
        }
    }

    private static void scan(ReplicaStore replica, List<Vote> scanned) {
        @Nullable String cursor = null;
        do {
            ReplicaStore.ScanPage page = replica.scan(VOTES, cursor, 130);
            page.partitions().forEach(state -> state.items().forEach(item -> scanned.add(VOTES.fromRow(item.row()))));
            cursor = page.next();
        } while (cursor != null);
    }

    @EachEngine
    void aScanGoesOnBehindAKeyOfSeveralColumns(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            PlanRecorder recorder = new PlanRecorder(engine, pool);
            try (SqlStorage storage = SqlStorage.open(recorder.dataSource(), Catalog.of(VOTES))) {
                List<Vote> votes = IntStream.range(0, ROWS)
                        .mapToObj(i -> new Vote("country" + i % 2, "city" + i % 1_000, i))
                        .toList();
                storage.repository(VOTES).insertAll(votes);
                List<Vote> scanned = new ArrayList<>();
                scan(storage.replica(), scanned);
                assertThat(scanned).containsExactlyInAnyOrderElementsOf(votes);
                if (engine == Engine.SQLITE || engine == Engine.H2) {
                    // The others begin the transaction by a statement that has no plan.
                    assertThat(recorder.during(() -> scan(storage.replica(), scanned)))
                            .filteredOn(plan -> plan.contains("WHERE \"country\" = ? AND \"city\" > ?"))
                            .isNotEmpty()
                            .noneMatch(plan -> recorder.scans(plan) || recorder.sorts(plan));
                }
            }
        }
    }

    private static void toTheEnd(Query<Vote> query, List<Vote> found) {
        @Nullable String cursor = null;
        do {
            Page<Vote> page = (cursor == null ? query : query.after(cursor)).page();
            found.addAll(page.items());
            cursor = page.next();
        } while (cursor != null);
    }

    /** One condition on the first field alone would make each page read all of that country's rows before it. */
    @EachEngine
    void aPageBeginsAtItsPlaceAmongRowsThatAreEqualInTheFirstField(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            PlanRecorder recorder = new PlanRecorder(engine, pool);
            try (SqlStorage storage = SqlStorage.open(recorder.dataSource(), Catalog.of(VOTES))) {
                List<Vote> votes = IntStream.range(0, ROWS)
                        .mapToObj(i -> new Vote("country" + i % 2, "city%03d".formatted(i % 500), i))
                        .sorted(Comparator.comparing(Vote::country)
                                .thenComparing(Vote::city)
                                .thenComparingLong(Vote::number))
                        .toList();
                storage.repository(VOTES).insertAll(votes);
                Query<Vote> all = storage.repository(VOTES).all().allowScan().limit(300);
                for (boolean descending : List.of(false, true)) {
                    List<Vote> found = new ArrayList<>();
                    List<String> plans = recorder.during(
                            () -> toTheEnd(descending ? all.orderBy(COUNTRY.descending()) : all, found));
                    List<Vote> expected = new ArrayList<>(votes);
                    if (descending) {
                        Collections.reverse(expected);
                    }
                    assertThat(found).isEqualTo(expected);
                    assertThat(plans).hasSizeGreaterThan(10);
                    String row = descending ? "(country,city,number)<(?,?,?)" : "(country,city,number)>(?,?,?)";
                    List<String> further = plans.subList(1, plans.size());
                    switch (engine) {
                        case SQLITE -> assertThat(further).allMatch(plan -> plan.contains(row));
                        case POSTGRESQL ->
                            assertThat(further)
                                    .allMatch(plan -> plan.contains("Index Cond: (ROW(") && !plan.contains("Filter: "));
                        case H2, MARIADB -> assertThat(further).noneMatch(recorder::sorts);
                    }
                }
            }
        }
    }

    @EachEngine
    void aDroppedIndexIsNoticed(Engine engine) throws SQLException {
        try (HikariDataSource pool = engine.dataSource(directory)) {
            PlanRecorder recorder = new PlanRecorder(engine, pool);
            try (SqlStorage storage = filled(engine, pool, recorder);
                    Connection connection = pool.getConnection();
                    Statement statement = connection.createStatement()) {
                for (String index : List.of("posts_title_ix", "posts_likes_ix", "posts_year_ix")) {
                    statement.execute(engine.dropIndex("posts", index));
                }
                Map<String, Runnable> paths = paths(storage);
                for (String path :
                        List.of("index", "range", "count of a range", "prefix", "pages", "pages, descending")) {
                    assertThat(recorder.during(Objects.requireNonNull(paths.get(path))))
                            .as("%s on %s", path, engine)
                            .anyMatch(plan -> recorder.scans(plan) || recorder.sorts(plan));
                }
            }
        }
    }
}
