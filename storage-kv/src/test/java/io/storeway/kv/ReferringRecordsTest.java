package io.storeway.kv;

import static io.storeway.kv.EnforcedConstraintsTest.BOOKS;
import static io.storeway.kv.EnforcedConstraintsTest.CATALOG;
import static io.storeway.kv.EnforcedConstraintsTest.COPIES;
import static io.storeway.kv.EnforcedConstraintsTest.USERS;
import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Field;
import io.storeway.Storage;
import io.storeway.kv.EnforcedConstraintsTest.Book;
import io.storeway.kv.EnforcedConstraintsTest.Copy;
import io.storeway.kv.EnforcedConstraintsTest.User;
import io.storeway.testkit.call.Interposed;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Records that refer to a given one, where an index of references is kept. */
class ReferringRecordsTest {

    private static final int USERS_WITH_A_COPY = 300;
    private static final Field<Copy, String> ISBN = COPIES.field(Copy::isbn);

    private final MemoryStore store = new MemoryStore();
    private final List<String> calls = new ArrayList<>();
    private final Storage enforced = KvStorage.open(
            Interposed.store(store, call -> {
                calls.add(call.verb());
                return call.proceed();
            }),
            CATALOG,
            Clock.systemUTC(),
            Constraints.ENFORCED);

    @BeforeEach
    void fill() {
        enforced.repository(BOOKS).insertAll(List.of(new Book("many"), new Book("one"), new Book("none")));
        for (int i = 0; i < USERS_WITH_A_COPY; i++) {
            String user = "u" + i;
            enforced.repository(USERS).insert(new User(user, user + "@example.org"));
            enforced.repository(COPIES).insert(new Copy(user, 1, i == 7 ? "one" : "many"));
        }
        calls.clear();
    }

    private List<Copy> copiesOf(String isbn) {
        return enforced.repository(COPIES).where(ISBN.eq(isbn)).allowScan().list();
    }

    @Test
    void theyAreFoundWithoutAListing() {
        assertThat(copiesOf("one")).containsExactly(new Copy("u7", 1, "one"));
        assertThat(copiesOf("none")).isEmpty();
        assertThat(copiesOf("unheard of")).isEmpty();
        assertThat(copiesOf("many")).hasSize(USERS_WITH_A_COPY - 1);
        assertThat(calls).isNotEmpty().doesNotContain("list");
    }

    @Test
    void aUnitFindsThoseThatItHasWrittenItself() {
        List<Copy> found = enforced.transact(unit -> {
            unit.repository(COPIES).insert(new Copy("u3", 2, "one"));
            unit.repository(COPIES).delete("u7", 1);
            return unit.repository(COPIES).where(ISBN.eq("one")).allowScan().list();
        });
        assertThat(found).containsExactly(new Copy("u3", 2, "one"));
        assertThat(calls).doesNotContain("list");
    }

    @Test
    void theyAreTheSameAsAListingFinds() {
        Storage listing = KvStorage.open(store, CATALOG);
        for (String isbn : List.of("many", "one", "none")) {
            assertThat(copiesOf(isbn))
                    .isEqualTo(listing.repository(COPIES)
                            .where(ISBN.eq(isbn))
                            .allowScan()
                            .list());
        }
    }

    @Test
    void withoutTheIndexTheyAreListed() {
        ConstraintIndex.drop(store, CATALOG);
        assertThat(copiesOf("one")).containsExactly(new Copy("u7", 1, "one"));
        assertThat(calls).contains("list");
    }
}
