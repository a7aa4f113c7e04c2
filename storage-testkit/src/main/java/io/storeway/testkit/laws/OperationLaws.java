package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.Capability;
import io.storeway.Operations;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.error.InvalidValueException;
import io.storeway.testkit.laws.LawTypes.Single;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** Work that is run several times under the same id takes effect once. */
final class OperationLaws {

    private static final int RUNNERS = 3;
    private static final int ROUNDS = 3;

    private OperationLaws() {}

    static List<Law> all() {
        Set<Capability> units = Set.of(Capability.WRITES, Capability.UNITS_OF_WORK);
        return List.of(
                new Law("L23-once", "work under one id has one effect", units, OperationLaws::once),
                new Law(
                        "L23-failed",
                        "work that throws leaves neither writes nor its id",
                        units,
                        OperationLaws::failed),
                new Law(
                        "L23-race",
                        "of concurrent runs under one id exactly one has an effect",
                        units,
                        OperationLaws::race),
                new Law("L23-purge", "ids are forgotten only on demand", units, OperationLaws::purge));
    }

    private static Integer count(UnitOfWork unit) {
        Repository<Single> singles = unit.repository(LawTypes.SINGLES);
        int next = singles.find("counter").map(Single::number).orElse(0) + 1;
        singles.save(new Single("counter", next, null));
        return next;
    }

    private static int counter(Storage storage) {
        return storage.repository(LawTypes.SINGLES)
                .find("counter")
                .map(Single::number)
                .orElse(0);
    }

    private static void once(LawContext context) {
        context.withStorage(storage -> {
            Operations operations = Operations.of(storage, context.clock());
            assertThat(operations.outcome("a")).isEmpty();
            assertThat(operations.run("a", OperationLaws::count)).isEqualTo(new Operations.Run<>(true, 1));
            assertThat(operations.outcome("a")).contains(context.clock().instant());
            assertThat(operations.run("a", OperationLaws::count)).isEqualTo(new Operations.Run<>(false, null));
            Operations reopened = Operations.of(storage, context.clock());
            assertThat(reopened.run("a", OperationLaws::count).first()).isFalse();
            assertThat(counter(storage)).isEqualTo(1);
            assertThat(reopened.run("a:b %", OperationLaws::count).result()).isEqualTo(2);
            assertThat(reopened.run("a:b %", OperationLaws::count).first()).isFalse();
            for (String bad : List.of("", "x".repeat(Operations.MAX_ID_LENGTH + 1))) {
                assertThat(catchThrowableOfType(
                                InvalidValueException.class, () -> operations.run(bad, OperationLaws::count)))
                        .isNotNull();
            }
            assertThat(counter(storage)).isEqualTo(2);
            context.effective(4);
        });
    }

    private static final class Stop extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private static void failed(LawContext context) {
        context.withStorage(storage -> {
            Operations operations = Operations.of(storage, context.clock());
            Stop stop = catchThrowableOfType(
                    Stop.class,
                    () -> operations.run("a", unit -> {
                        count(unit);
                        throw new Stop();
                    }));
            assertThat(stop).isNotNull();
            assertThat(operations.outcome("a")).isEmpty();
            assertThat(counter(storage)).isZero();
            assertThat(operations.run("a", OperationLaws::count).first()).isTrue();
            context.effective(1);
        });
    }

    private static void race(LawContext context) {
        context.withStorage(storage -> {
            Operations operations = Operations.of(storage, context.clock());
            for (int round = 0; round < ROUNDS; round++) {
                String id = "round " + round;
                CountDownLatch met = new CountDownLatch(RUNNERS);
                Callable<Boolean> run = () -> operations
                        .run(id, unit -> {
                            met.countDown();
                            Clients.await(met);
                            return count(unit);
                        })
                        .first();
                List<Boolean> hadEffect = Clients.run(Collections.nCopies(RUNNERS, run));
                assertThat(hadEffect).as("whether each run had an effect").containsOnlyOnce(true);
                context.effective(1);
            }
            assertThat(counter(storage)).isEqualTo(ROUNDS);
        });
    }

    private static void purge(LawContext context) {
        context.withStorage(storage -> {
            Operations operations = Operations.of(storage, context.clock());
            operations.run("old", OperationLaws::count);
            context.clock().advance(Duration.ofDays(400));
            operations.run("new", OperationLaws::count);
            assertThat(operations.run("old", OperationLaws::count).first()).isFalse();
            assertThat(operations.purge(context.clock().instant())).isEqualTo(1);
            assertThat(operations.outcome("old")).isEmpty();
            assertThat(operations.run("new", OperationLaws::count).first()).isFalse();
            assertThat(operations.run("old", OperationLaws::count).first()).isTrue();
            context.effective(3);
        });
    }
}
