package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Blob;
import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Identities;
import io.storeway.Repository;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.InvalidValueException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Appended records come last; without an id of their own they get one from their content. */
final class AppendLaws {

    record Trade(String owner, @Nullable String id, String ticker, double price) {}

    record Step(String owner, String name) {}

    /** A history whose items have no id of their own. */
    private static final EntityType<Trade> TRADES = EntityType.of(Trade.class)
            .named("trades")
            .partitionedBy(Trade::owner)
            .ordered()
            .identifiedBy(Trade::id)
            .keyValue("trades:{owner}", Blob.<Trade>arrayOfObjects().contentId(Trade::id))
            .build();

    /** A list without duplicates. */
    private static final EntityType<Step> STEPS = EntityType.of(Step.class)
            .named("steps")
            .partitionedBy(Step::owner)
            .ordered()
            .identifiedBy(Step::name)
            .build();

    private static final Catalog CATALOG = Catalog.of(TRADES, STEPS);

    private AppendLaws() {}

    static List<Law> all() {
        return List.of(
                new Law("L06-append", "what is appended comes last", Set.of(Capability.WRITES), AppendLaws::append),
                new Law(
                        "L06-content-id",
                        "an appended record has the identity that its content gives",
                        Set.of(Capability.WRITES),
                        AppendLaws::contentId),
                new Law(
                        "L11-append",
                        "an append of a bad record leaves nothing",
                        Set.of(Capability.WRITES),
                        AppendLaws::refusal));
    }

    private static void append(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Step> steps = storage.repository(STEPS);
            List<Step> expected = new ArrayList<>();
            for (String name : List.of("z", "a", "m")) {
                Step step = new Step("o", name);
                assertThat(steps.partition("o").append(step)).isEqualTo(step);
                expected.add(step);
                assertThat(steps.partition("o").list()).isEqualTo(expected);
                context.effective(1);
            }
            steps.delete("o", "a");
            steps.partition("o").appendAll(List.of(new Step("o", "c"), new Step("o", "b")));
            assertThat(steps.partition("o").list().stream().map(Step::name)).containsExactly("z", "m", "c", "b");
            assertThat(steps.partition("other").list()).isEmpty();
            steps.save(new Step("o", "m"));
            steps.update(new Step("o", "z"));
            steps.saveAll(List.of(new Step("o", "b"), new Step("o", "c"), new Step("o", "a")));
            assertThat(steps.partition("o").list().stream().map(Step::name))
                    .as("what is written again keeps its place")
                    .containsExactly("z", "m", "c", "b", "a");
            List<Step> replaced = List.of(new Step("o", "m"), new Step("o", "n"), new Step("o", "a"));
            steps.partition("o").replace(replaced);
            assertThat(steps.partition("o").list()).isEqualTo(replaced);
            context.effective(2);
        });
    }

    private static void contentId(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Trade> trades = storage.repository(TRADES);
            Trade spy = new Trade("o", null, "SPY", 450.5);
            Trade qqq = new Trade("o", "whatever", "QQQ", 0.1);
            List<Trade> stored = new ArrayList<>();
            stored.add(trades.partition("o").append(spy));
            stored.addAll(trades.partition("o").appendAll(List.of(qqq, spy, spy, qqq)));
            stored.add(trades.partition("o").append(spy));
            List<String> ids = List.of(
                    Identities.ofContent(TRADES, spy, 0),
                    Identities.ofContent(TRADES, qqq, 0),
                    Identities.ofContent(TRADES, spy, 1),
                    Identities.ofContent(TRADES, spy, 2),
                    Identities.ofContent(TRADES, qqq, 1),
                    Identities.ofContent(TRADES, spy, 3));
            assertThat(stored.stream().map(Trade::id)).as("ids").isEqualTo(ids).doesNotHaveDuplicates();
            assertThat(trades.partition("o").list()).isEqualTo(stored);
            assertThat(trades.find("o", ids.get(3))).contains(stored.get(3));
            assertThat(trades.partition("p")
                            .append(new Trade("p", null, "SPY", 450.5))
                            .id())
                    .as("id of the same content in another partition")
                    .isNotIn(ids);
            context.effective(stored.size());
        });
    }

    private static void refusal(LawContext context) {
        context.withStorage(CATALOG, storage -> {
            Repository<Step> steps = storage.repository(STEPS);
            steps.partition("o").append(new Step("o", "a"));
            ConstraintViolationException repeated = catchThrowableOfType(
                    ConstraintViolationException.class,
                    () -> steps.partition("o").appendAll(List.of(new Step("o", "b"), new Step("o", "a"))));
            assertThat(repeated).as("refusal of a repeated key").isNotNull();
            assertThat(repeated.kind()).isEqualTo(ConstraintKind.UNIQUE);
            assertThat(repeated.constraint()).isEqualTo("steps_pk");
            InvalidValueException foreign = catchThrowableOfType(
                    InvalidValueException.class, () -> steps.partition("o").append(new Step("p", "b")));
            assertThat(foreign).as("refusal of a record of another partition").isNotNull();
            assertThat(steps.partition("o").list()).containsExactly(new Step("o", "a"));
            context.effective(2);
        });
    }
}
