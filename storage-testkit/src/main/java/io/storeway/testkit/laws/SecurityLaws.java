package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.storeway.Capability;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.testkit.data.NastyData;
import io.storeway.testkit.laws.LawTypes.Child;
import io.storeway.testkit.laws.LawTypes.Color;
import io.storeway.testkit.laws.LawTypes.Ruled;
import io.storeway.testkit.laws.LawTypes.Single;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Text is never executed as code, and error messages contain no values. */
final class SecurityLaws {

    private static final String CANARY = "canary-7391";

    private SecurityLaws() {}

    static List<Law> all() {
        return List.of(
                new Law(
                        "L04-injection",
                        "text that looks like a statement is stored, found and harmless",
                        Set.of(Capability.WRITES),
                        SecurityLaws::injection),
                new Law(
                        "L04-cursor",
                        "a cursor that somebody made up is refused",
                        Set.of(Capability.WRITES),
                        SecurityLaws::cursor),
                new Law(
                        "L13-redacted",
                        "the message of an error contains no value",
                        Set.of(Capability.WRITES),
                        SecurityLaws::redacted));
    }

    private static void injection(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            Single bystander = new Single("bystander", 1, "untouched");
            singles.insert(bystander);
            for (String text : NastyData.injections()) {
                Single single = new Single("i" + text, 2, text);
                singles.insert(single);
                assertThat(singles.find(single.id())).contains(single);
                assertThat(singles.where(LawTypes.SINGLES.field(Single::text).eq(text))
                                .allowScan()
                                .list())
                        .containsExactly(single);
                assertThat(singles.where(LawTypes.SINGLES.field(Single::id).startsWith(single.id()))
                                .allowScan()
                                .count())
                        .isEqualTo(1);
                assertThat(singles.delete(single.id())).isTrue();
                assertThat(singles.all().allowScan().list()).containsExactly(bystander);
                context.effective(1);
            }
            assertOtherTypesServe(storage);
        });
    }

    private static void assertOtherTypesServe(Storage storage) {
        LawTypes.CATALOG
                .types()
                .forEach(type -> assertThat(
                                storage.repository(type).all().allowScan().count())
                        .as(type.name())
                        .isEqualTo(type.equals(LawTypes.SINGLES) ? 1 : 0));
    }

    private static void cursor(LawContext context) {
        context.withStorage(storage -> {
            Repository<Single> singles = storage.repository(LawTypes.SINGLES);
            singles.insert(new Single("a", 1, null));
            for (String text : NastyData.ids()) {
                assertThat(catchThrowable(
                                () -> singles.all().allowScan().after(text).list()))
                        .as("the cursor %s", text)
                        .isInstanceOf(InvalidValueException.class);
                context.effective(1);
            }
        });
    }

    private static void redacted(LawContext context) {
        context.withStorage(storage -> {
            Repository<Ruled> ruled = storage.repository(LawTypes.RULED);
            Ruled there = new Ruled(CANARY, CANARY, 1, Color.RED);
            ruled.insert(there);
            List<Runnable> refused = List.of(
                    () -> ruled.insert(there),
                    () -> ruled.insert(new Ruled("2", CANARY, 9, Color.RED)),
                    () -> ruled.insert(new Ruled("2", CANARY, 1, Color.RED)),
                    () -> ruled.update(new Ruled(CANARY + "2", CANARY, 1, Color.RED)),
                    () -> ruled.save(new Ruled("2", CANARY + "\ud800", 1, Color.RED)),
                    () -> storage.repository(LawTypes.CHILDREN).insert(new Child(CANARY + "3", CANARY)));
            int errors = 0;
            for (Runnable call : refused) {
                Throwable failure = catchThrowable(call::run);
                errors += failure == null ? 0 : 1;
                assertThat(messages(failure))
                        .allSatisfy(message -> assertThat(message).doesNotContain(CANARY));
            }
            context.effective(errors);
        });
    }

    /** The messages of the library's own exceptions. Those of engines are in the cause, which is not for users. */
    private static List<String> messages(@Nullable Throwable failure) {
        List<String> messages = new ArrayList<>();
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof StorageException) {
                messages.add(String.valueOf(each.getMessage()));
            }
        }
        return messages;
    }
}
