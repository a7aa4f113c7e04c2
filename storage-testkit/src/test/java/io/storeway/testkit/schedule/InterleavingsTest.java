package io.storeway.testkit.schedule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.storeway.testkit.schedule.Interleavings.Explored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.Test;

class InterleavingsTest {

    /** Two threads that read a number and write it back increased: the classic lost update. */
    private static void lostUpdate(Run run) {
        AtomicInteger number = new AtomicInteger();
        for (String name : List.of("first", "second")) {
            run.thread(name, () -> {
                run.point("read");
                int before = number.get();
                run.point("write");
                number.set(before + 1);
            });
        }
        run.afterwards(() -> assertThat(number).hasValue(2));
    }

    @Test
    void twoThreadsOfTwoPointsHaveTwentyInterleavings() {
        List<String> orders = new ArrayList<>();
        Explored explored = Interleavings.of(run -> {
                    StringBuilder order = new StringBuilder();
                    for (String name : List.of("a", "b")) {
                        run.thread(name, () -> {
                            order.append(name);
                            run.point("1");
                            order.append(name);
                            run.point("2");
                            order.append(name);
                        });
                    }
                    run.afterwards(() -> orders.add(order.toString()));
                })
                .all(1_000);
        assertThat(explored.complete()).isTrue();
        assertThat(explored.runs()).as("6 over 3").isEqualTo(20);
        assertThat(orders).doesNotHaveDuplicates().hasSize(20).contains("aaabbb", "ababab", "bbbaaa");
    }

    @Test
    void searchFindsALostUpdateAndItsScheduleRepeatsIt() {
        Interleavings interleavings = Interleavings.of(InterleavingsTest::lostUpdate);
        ScheduleFailure found =
                Objects.requireNonNull(catchThrowableOfType(ScheduleFailure.class, () -> interleavings.all(1_000)));
        assertThat(found.schedule().length())
                .as("decisions of " + found.schedule())
                .isLessThanOrEqualTo(4);
        assertThat(found)
                .hasMessageContaining("replay(\"" + found.schedule() + "\")")
                .hasMessageContaining("a first: write");
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> interleavings.replay(found.schedule()))
                    .isInstanceOf(ScheduleFailure.class)
                    .hasMessageContaining("replay(\"" + found.schedule() + "\")");
        }
    }

    @Test
    void chanceFindsALostUpdateAndTheSameSeedFindsItAgain() {
        Interleavings interleavings = Interleavings.of(InterleavingsTest::lostUpdate);
        ScheduleFailure first = Objects.requireNonNull(
                catchThrowableOfType(ScheduleFailure.class, () -> interleavings.random(7, 1_000)));
        assertThatThrownBy(() -> interleavings.random(7, 1_000)).hasMessage(first.getMessage());
    }

    @Test
    void preemptionsAreBounded() {
        assertThat(Interleavings.of(InterleavingsTest::lostUpdate)
                        .preemptions(0)
                        .all(1_000))
                .isEqualTo(new Explored(2, 12, true));
        assertThatThrownBy(() -> Interleavings.of(InterleavingsTest::lostUpdate)
                        .preemptions(1)
                        .all(1_000))
                .isInstanceOf(ScheduleFailure.class);
    }

    @Test
    void everyPointCanBeTheLast() {
        List<Integer> left = new ArrayList<>();
        Interleavings.of(run -> {
                    AtomicInteger done = new AtomicInteger();
                    run.thread("worker", () -> {
                        for (int i = 0; i < 3; i++) {
                            run.point("step");
                            done.incrementAndGet();
                        }
                    });
                    run.afterwards(() -> left.add(run.crashed() ? done.get() : -1));
                })
                .withCrashes()
                .all(100);
        assertThat(left).containsExactlyInAnyOrder(-1, 0, 1, 2);
    }

    @Test
    void choicesBelongToTheSchedule() {
        Interleavings interleavings = Interleavings.of(run ->
                run.thread("only", () -> assertThat(run.choose("fault", 3)).isNotEqualTo(2)));
        assertThatThrownBy(() -> interleavings.all(10))
                .isInstanceOf(ScheduleFailure.class)
                .hasMessageContaining("replay(\"2\")")
                .hasMessageContaining("fault: 2");
        assertThat(interleavings.replay("1").runs()).isEqualTo(1);
        assertThatThrownBy(() -> interleavings.replay("3")).isInstanceOf(UnrepeatableRunException.class);
    }

    @Test
    void aLockOfTheRunKeepsUpdatesApart() {
        Explored explored = Interleavings.of(run -> {
                    AtomicInteger number = new AtomicInteger();
                    Lock lock = run.lock("number");
                    for (String name : List.of("first", "second")) {
                        run.thread(name, () -> increment(run, lock, number));
                    }
                    run.afterwards(() -> assertThat(number).hasValue(2));
                })
                .all(1_000);
        assertThat(explored.complete()).isTrue();
        assertThat(explored.runs()).isGreaterThan(2);
    }

    @Test
    void aLockOfTheJdkKeepsUpdatesApartToo() {
        Explored explored = Interleavings.of(run -> {
                    AtomicInteger number = new AtomicInteger();
                    Lock lock = new ReentrantLock();
                    for (String name : List.of("first", "second")) {
                        run.thread(name, () -> increment(run, lock, number));
                    }
                    run.afterwards(() -> assertThat(number).hasValue(2));
                })
                .random(1, 10);
        assertThat(explored.runs()).isEqualTo(10);
    }

    private static void increment(Run run, Lock lock, AtomicInteger number) {
        lock.lock();
        try {
            int before = number.get();
            run.point("write");
            number.set(before + 1);
        } finally {
            lock.unlock();
        }
    }

    @Test
    void crossedLocksOfTheRunAreADeadlock() {
        assertThatThrownBy(() -> Interleavings.of(run -> crossed(run, run.lock("one"), run.lock("two")))
                        .all(1_000))
                .isInstanceOf(ScheduleFailure.class)
                .hasMessageContaining("Deadlock")
                .hasMessageContaining("lock two");
    }

    @Test
    void crossedLocksOfTheJdkAreADeadlock() {
        assertThatThrownBy(() -> Interleavings.of(run -> crossed(run, new ReentrantLock(), new ReentrantLock()))
                        .replay("aba"))
                .isInstanceOf(ScheduleFailure.class)
                .hasMessageContaining("Deadlock");
    }

    private static void crossed(Run run, Lock one, Lock two) {
        run.thread("one first", () -> both(run, one, two));
        run.thread("two first", () -> both(run, two, one));
    }

    private static void both(Run run, Lock first, Lock second) throws InterruptedException {
        first.lockInterruptibly();
        try {
            run.point("between");
            second.lockInterruptibly();
            second.unlock();
        } finally {
            first.unlock();
        }
    }

    @Test
    void virtualTimePassesOnlyWhenNobodyCanDoAnything() {
        Interleavings.of(run -> {
                    List<String> seen = new ArrayList<>();
                    var start = run.clock().instant();
                    run.thread("sleeper", () -> {
                        run.sleep(Duration.ofDays(1));
                        seen.add("woke after "
                                + Duration.between(start, run.clock().instant()));
                    });
                    run.thread("busy", () -> {
                        run.point("work");
                        run.point("more work");
                        seen.add("worked until "
                                + Duration.between(start, run.clock().instant()));
                    });
                    run.afterwards(() -> assertThat(seen).containsExactly("worked until PT0S", "woke after PT24H"));
                })
                .all(1_000);
    }

    @Test
    void aProgramThatDecidesByItselfIsNamed() {
        AtomicInteger calls = new AtomicInteger();
        assertThatThrownBy(() -> Interleavings.of(run -> {
                            int threads = calls.incrementAndGet() % 2 + 2;
                            for (int i = 0; i < threads; i++) {
                                run.thread("t" + i, () -> run.point("p"));
                            }
                        })
                        .all(10))
                .isInstanceOf(UnrepeatableRunException.class)
                .hasMessageContaining("had the options abc and has now ab");
    }

    @Test
    void threadsThatNeverEndAreStopped() {
        assertThatThrownBy(() -> Interleavings.of(run -> run.thread("circle", () -> {
                            while (true) {
                                run.point("again");
                            }
                        }))
                        .random(1, 1))
                .isInstanceOf(ScheduleFailure.class)
                .hasMessageContaining("without coming to an end");
    }

    @Test
    void aScheduleThatTheProgramEndsBeforeIsNoReplay() {
        Interleavings interleavings = Interleavings.of(InterleavingsTest::lostUpdate);
        assertThat(interleavings.replay("aaa").runs()).isEqualTo(1);
        assertThatThrownBy(() -> interleavings.replay("aaaa"))
                .isInstanceOf(UnrepeatableRunException.class)
                .hasMessageContaining("4 decisions", "ended after 3");
    }

    @Test
    void theReplayOfAFailureSaysWhatElseTheSearchWasGiven() {
        Program dies = run -> {
            AtomicInteger written = new AtomicInteger();
            run.thread("writer", () -> {
                run.point("first");
                written.incrementAndGet();
                run.point("second");
                written.incrementAndGet();
            });
            run.afterwards(() -> assertThat(written).doesNotHaveValue(1));
        };
        ScheduleFailure found = Objects.requireNonNull(catchThrowableOfType(
                ScheduleFailure.class,
                () -> Interleavings.of(dies).withCrashes().preemptions(2).all(100)));
        assertThat(found)
                .hasMessageContaining("withCrashes().preemptions(2).replay(\"" + found.schedule() + "\") repeats it");
        assertThatThrownBy(() ->
                        Interleavings.of(dies).withCrashes().preemptions(2).replay(found.schedule()))
                .hasMessage(String.valueOf(found.getMessage()).replaceFirst("Run \\d+", "Run 1"));
    }
}
