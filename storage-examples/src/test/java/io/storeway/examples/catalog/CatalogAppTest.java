package io.storeway.examples.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Catalog;
import io.storeway.Page;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.VersionConflictException;
import io.storeway.examples.catalog.CatalogSchema.Action;
import io.storeway.examples.catalog.CatalogSchema.Activity;
import io.storeway.examples.catalog.CatalogSchema.Category;
import io.storeway.examples.catalog.CatalogSchema.Item;
import io.storeway.examples.catalog.CatalogSchema.User;
import io.storeway.examples.catalog.Ingestion.Ingested;
import io.storeway.examples.catalog.Ingestion.Submission;
import io.storeway.examples.catalog.Search.Filter;
import io.storeway.kv.MemoryStore;
import io.storeway.testkit.ManualClock;
import io.storeway.testkit.junit.StorageTest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The application does the same on every database. */
@StorageTest({"sqlite", "h2", "postgres"})
class CatalogAppTest {

    static final Catalog CATALOG = CatalogSchema.CATALOG;

    private static final List<String> JAVA = List.of("books", "English", "Java");
    private static final List<String> PERL = List.of("books", "English", "Perl");

    private final MemoryStore cache = new MemoryStore();
    private CatalogApp app;

    @BeforeEach
    void open(Storage database, ManualClock clock) {
        app = CatalogApp.open(database, cache, clock, 1_000);
    }

    @AfterEach
    void close() {
        app.close();
        cache.close();
    }

    private static Submission item(int number, @Nullable String author, List<String> category) {
        return new Submission("Item " + number, "https://example.org/" + number, author, null, List.of(category));
    }

    private static List<Submission> items(int from, int to, List<String> category) {
        return IntStream.range(from, to)
                .mapToObj(i -> item(i, i % 2 == 0 ? "Even" : null, category))
                .toList();
    }

    private static List<String> names(Page<Item> page) {
        return page.items().stream().map(Item::name).toList();
    }

    @Test
    void anAddressBelongsToOneUser() {
        User ann = app.accounts().signUp("Ann@Example.org", "Ann", "correct horse");
        assertThat(ann.email()).isEqualTo("ann@example.org");
        assertThatThrownBy(() -> app.accounts().signUp("ann@example.ORG", "Other", "battery staple"))
                .isInstanceOf(ConstraintViolationException.class)
                .hasMessageContaining("users_email");
        assertThatIllegalArgumentException().isThrownBy(() -> app.accounts().signUp("nobody", "N", "long enough"));
        assertThatIllegalArgumentException().isThrownBy(() -> app.accounts().signUp("a@b.org", "N", "short"));
        assertThat(ann.passwordHash()).doesNotContain("correct");
    }

    @Test
    void aProfileIsChangedByWhoHasSeenItLast() {
        User ann = app.accounts().signUp("ann@example.org", "Ann", "correct horse");
        User renamed = app.accounts().rename(ann, "Anna");
        assertThat(renamed.name()).isEqualTo("Anna");
        assertThatThrownBy(() -> app.accounts().rename(ann, "Annie")).isInstanceOf(VersionConflictException.class);
        assertThat(app.accounts().rename(renamed, "Annie").version()).isEqualTo(3);
    }

    @Test
    void aSessionLastsUntilItsEndOrUntilSomebodySignsOut(ManualClock clock) {
        app.accounts().signUp("ann@example.org", "Ann", "correct horse");
        assertThat(app.accounts().signIn("ann@example.org", "wrong horse")).isEmpty();
        assertThat(app.accounts().signIn("bob@example.org", "correct horse")).isEmpty();
        String first = app.accounts().signIn("ANN@example.org", "correct horse").orElseThrow();
        String second =
                app.accounts().signIn("ann@example.org", "correct horse").orElseThrow();
        assertThat(app.accounts().me(first)).isPresent();
        assertThat(app.accounts().me(second)).isPresent();
        assertThat(app.accounts().signOut(first)).isTrue();
        assertThat(app.accounts().signOut(first)).isFalse();
        assertThat(app.accounts().me(first)).isEmpty();
        clock.advance(Accounts.SESSION_LASTS.minusMillis(1));
        assertThat(app.accounts().me(second)).isPresent();
        clock.advance(Duration.ofMillis(1));
        assertThat(app.accounts().me(second)).isEmpty();
        assertThat(app.purge()).isPositive();
        assertThat(app.accounts().me("no token")).isEmpty();
    }

    @Test
    void deletingAUserDeletesSessionsAndActivitiesAlsoFromTheCache() {
        User ann = app.accounts().signUp("ann@example.org", "Ann", "correct horse");
        String token = app.accounts().signIn("ann@example.org", "correct horse").orElseThrow();
        app.activities().note(ann, Action.VIEW, "x");
        assertThat(app.accounts().me(token)).isPresent();
        assertThat(app.accounts().delete(ann)).isTrue();
        assertThat(app.accounts().me(token)).isEmpty();
        assertThat(app.accounts().sessions(ann)).isZero();
        assertThat(app.activities().latest(ann, 10)).isEmpty();
    }

    @Test
    void activitiesAreListedLatestFirstAndCounted(ManualClock clock) {
        User ann = app.accounts().signUp("ann@example.org", "Ann", "correct horse");
        for (int i = 0; i < 5; i++) {
            app.activities().note(ann, i == 3 ? Action.SEARCH : Action.VIEW, "item " + i);
            clock.advance(Duration.ofMillis(i));
        }
        assertThat(app.activities().latest(ann, 3))
                .extracting(Activity::subject)
                .containsExactly("item 4", "item 3", "item 2");
        assertThat(app.activities().counts(ann)).isEqualTo(Map.of(Action.VIEW, 4L, Action.SEARCH, 1L));
    }

    @Test
    void aBatchCreatesTheCategoriesItNamesAndComesTwiceWithoutEffect() {
        List<Submission> batch = new ArrayList<>(items(0, 10, JAVA));
        batch.add(new Submission(
                "Item 3 again", "https://example.org/3", null, List.of("PDF"), List.of(PERL, List.of("more"))));
        assertThat(app.ingestion().ingest(batch)).isEqualTo(new Ingested(10, 5, 3 * 10 + 1 + 1));
        assertThat(app.ingestion().ingest(batch)).isEqualTo(new Ingested(0, 0, 0));
        assertThat(app.search().categories(null)).extracting(Category::name).containsExactly("books", "more");
        assertThat(app.search().categories(Hashes.ofPath(List.of("books", "English"))))
                .extracting(Category::name)
                .containsExactly("Java", "Perl");
        assertThat(app.search()
                        .item(Hashes.ofUrl("https://example.org/3"))
                        .orElseThrow()
                        .name())
                .isEqualTo("Item 3");
    }

    @Test
    void aBatchWithABadItemLeavesNothing() {
        List<Submission> batch = new ArrayList<>(items(0, 10, JAVA));
        batch.add(new Submission(" ", "https://example.org/x", null, null, List.of(JAVA)));
        assertThatIllegalArgumentException().isThrownBy(() -> app.ingestion().ingest(batch));
        assertThat(app.search().count(Filter.ALL)).isZero();
        assertThat(app.search().categories(null)).isEmpty();
    }

    @Test
    void batchesThatOverlapAndComeAtOnceMakeNoDuplicate() throws Exception {
        List<Callable<Ingested>> ingestions = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            int from = i * 10;
            List<String> category = i % 2 == 0 ? JAVA : PERL;
            ingestions.add(() -> app.ingestion().ingest(items(from, from + 40, category)));
        }
        int items = 0;
        int categories = 0;
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (var done : threads.invokeAll(ingestions)) {
                items += done.get().items();
                categories += done.get().categories();
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(items).isEqualTo(110).isEqualTo((int) app.search().count(Filter.ALL));
        assertThat(categories).isEqualTo(4);
        assertThat(app.search().count(Filter.ALL.category(List.of("books")))).isEqualTo(110);
        assertThat(app.search().count(Filter.ALL.category(JAVA))).isEqualTo(100);
        assertThat(app.search().count(Filter.ALL.category(PERL))).isEqualTo(100);
    }

    @Test
    void aSearchNarrowsByTextAuthorAndCategory(ManualClock clock) {
        app.ingestion().ingest(items(0, 20, JAVA));
        clock.advance(Duration.ofSeconds(1));
        app.ingestion().ingest(items(20, 25, PERL));
        for (Filter place : List.of(Filter.ALL, Filter.ALL.category(List.of("books")))) {
            assertThat(app.search().count(place)).isEqualTo(25);
            assertThat(names(app.search().find(place.text("em 1"), 50, null)))
                    .hasSize(11)
                    .contains("Item 1", "Item 10");
            assertThat(app.search().count(place.text("em 1").author("Even"))).isEqualTo(5);
            assertThat(names(app.search().find(place.newest(), 2, null))).containsExactly("Item 20", "Item 21");
            assertThat(app.search().count(place.text("nothing"))).isZero();
        }
        assertThat(app.search().count(Filter.ALL.category(PERL))).isEqualTo(5);
        assertThat(app.search().count(Filter.ALL.category(List.of("never")))).isZero();
    }

    @Test
    void pagesCoverAllAndNewItemsShiftNothing() {
        app.ingestion().ingest(items(100, 150, JAVA));
        for (Filter place : List.of(Filter.ALL, Filter.ALL.category(JAVA))) {
            List<String> found = new ArrayList<>();
            @Nullable String cursor = null;
            do {
                Page<Item> page = app.search().find(place, 7, cursor);
                found.addAll(names(page));
                cursor = page.next();
                // Before all others, so that pages counted by number would repeat one.
                app.ingestion().ingest(items(found.size() / 7, found.size() / 7 + 1, PERL));
            } while (cursor != null);
            assertThat(found)
                    .filteredOn(name -> name.length() == 8)
                    .hasSize(50)
                    .doesNotHaveDuplicates()
                    .isSorted();
        }
    }
}
