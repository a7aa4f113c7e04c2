package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.error.StorageException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.spi.KeyValueStore;
import io.storeway.testkit.schedule.Interleavings;
import io.storeway.testkit.schedule.Run;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every order of the calls of the two stores, up to a number of preemptions, and death at every call: two or three writers of one
 * or two keys, a backfill, a repair, a switch and a rollback, on the real code.
 */
@Tag("slow")
class InterleavingTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final EntityType<Entry> ENTRIES = MovesTest.ENTRIES;
    private static final int MOST_RUNS = 200_000;

    /** A write as its caller saw it; an endless end if nobody knows what became of it. */
    private record Write(String owner, @Nullable Long value, long begin, long end) {}

    /** One run: fresh stores in the state of a stage, and two instances of an application. */
    static final class Cast {
        private final Run run;
        private final Storage old;
        private final Storage fresh;
        private final Storage control;
        private final KeyValueStore oldStore = new MemoryStore();
        private final KeyValueStore freshStore = new MemoryStore();
        private final List<RoutedStorage> instances = new ArrayList<>();
        private final List<Write> writes = new ArrayList<>();
        private final AtomicLong time = new AtomicLong();
        /** What is sent behind the callers. */
        private final Deque<Runnable> sending = new ArrayDeque<>();

        private final boolean behind;
        private int writing;
        private long values = 100;

        Cast(Run run, Stage stage, boolean behind) {
            this.run = run;
            this.behind = behind;
            World.Scene scene = World.scene(stage);
            KeyValueStore controlStore = new MemoryStore();
            oldStore.commit(List.of(), scene.old());
            freshStore.commit(List.of(), scene.fresh());
            controlStore.commit(List.of(), scene.control());
            old = storage(run.store(oldStore));
            fresh = storage(run.store(freshStore));
            control = storage(controlStore);
            for (String[] key : new String[][] {{"p", "a"}, {"q", "a"}}) {
                Long there = value(old, key[0]);
                writes.add(new Write(key[0], there, -1, 0));
            }
            instances.add(instance("one"));
            instances.add(instance("two"));
            run.afterwards(this::check);
        }

        private Storage storage(KeyValueStore store) {
            return KvStorage.open(store, CATALOG, run.clock());
        }

        /** An instance with storages of its own, as in a process of its own. */
        private RoutedStorage instance(String name) {
            RoutedStorageBuilder builder = RoutedStorage.between(
                            storage(run.store(oldStore)), storage(run.store(freshStore)))
                    .controlledBy(control)
                    .instance(name)
                    .clock(run.clock())
                    .followers(0)
                    .lease(Duration.ofMillis(100))
                    .park(Duration.ofMillis(20))
                    .switchWithin(Duration.ofMillis(40))
                    .shadowComparisons(0)
                    .shadowSample(0)
                    .stepwise(run::sleep);
            return (behind ? builder.behind(sending::add) : builder).open();
        }

        /** Sends what is to be sent behind the callers. */
        void sender() {
            run.thread("sender", () -> {
                do {
                    run.await("something to send", () -> !sending.isEmpty() || writing == 0);
                    while (!sending.isEmpty()) {
                        sending.remove().run();
                    }
                } while (writing > 0);
            });
        }

        RoutedStorage one() {
            return instances.get(0);
        }

        /** An operator's tools, which take no part in reads and writes. */
        StageControl tools() {
            return RoutedStorage.between(storage(run.store(oldStore)), storage(run.store(freshStore)))
                    .controlledBy(control)
                    .clock(run.clock())
                    .lease(Duration.ofMillis(100))
                    .switchWithin(Duration.ofMillis(40))
                    .stepwise(run::sleep)
                    .control();
        }

        void writer(String name, int instance, String owner, boolean... deletes) {
            writing++;
            run.thread(name, () -> {
                for (boolean each : deletes) {
                    write(instances.get(instance), owner, each);
                }
                writing--;
            });
        }

        private void write(RoutedStorage storage, String owner, boolean deletes) {
            Long value = deletes ? null : ++values;
            long begin = time.incrementAndGet();
            int place = writes.size();
            writes.add(new Write(owner, value, begin, Long.MAX_VALUE));
            try {
                if (value == null) {
                    storage.repository(ENTRIES).delete(owner, "a");
                } else {
                    storage.repository(ENTRIES).save(new Entry(owner, "a", value));
                }
                writes.set(place, new Write(owner, value, begin, time.incrementAndGet()));
            } catch (UnknownOutcomeException e) {
                return;
            } catch (StorageException e) {
                // Refused: nothing was written, and nothing may be found of it.
                writes.set(place, new Write("refused", value, begin, Long.MAX_VALUE));
            }
        }

        /** Everything heals, then what was acknowledged is there, on both sides. */
        private void check() {
            instances.forEach(RoutedStorage::close);
            run.clock().advance(Duration.ofMinutes(1));
            RoutedStorage healed = instance("healed");
            healed.routing().tick();
            healed.routing().tick();
            StageStatus status = healed.control().status();
            for (String owner : List.of("p", "q")) {
                Long found = value(healed, owner);
                assertThat(explained(owner, found))
                        .as("%s in %s holds %s after %s", owner, status.stage(), found, writes)
                        .isTrue();
                if (status.synced()) {
                    assertThat(value(old, owner)).as("both sides of " + owner).isEqualTo(value(fresh, owner));
                }
            }
            assertThat(status.marks()).hasValue(0);
            healed.close();
        }

        private static @Nullable Long value(Storage storage, String owner) {
            return storage.repository(ENTRIES)
                    .find(owner, "a")
                    .map(Entry::weight)
                    .orElse(null);
        }

        private boolean explained(String owner, @Nullable Long found) {
            List<Write> here =
                    writes.stream().filter(write -> write.owner().equals(owner)).toList();
            return here.stream()
                    .filter(write -> Objects.equals(write.value(), found))
                    .anyMatch(last -> here.stream()
                            .noneMatch(later -> later.end() != Long.MAX_VALUE && later.begin() >= last.end()));
        }

        void operator(String name, Runnable work) {
            run.thread(name, () -> {
                try {
                    work.run();
                } catch (StorageException | StageBlockedException | Fence.Closed e) {
                    // Refused or given up; the check says whether rightly so.
                    return;
                }
            });
        }
    }

    /** The programs. */
    enum Play {
        TWO_WRITERS_OF_A_KEY(Stage.SHADOW) {
            @Override
            void cast(Cast cast) {
                cast.writer("put", 0, "p", false);
                cast.writer("other put", 1, "p", false);
            }
        },
        THREE_WRITERS_ONE_DELETES(Stage.SHADOW) {
            @Override
            void cast(Cast cast) {
                cast.writer("put", 0, "p", false);
                cast.writer("other put", 1, "p", false);
                cast.writer("delete", 1, "p", true);
            }
        },
        WRITERS_OF_TWO_KEYS_AND_A_BACKFILL(Stage.DUAL_WRITE) {
            @Override
            void cast(Cast cast) {
                cast.writer("put", 0, "p", false);
                cast.writer("delete", 1, "q", true);
                StageControl tools = cast.tools();
                cast.operator("backfill", () -> tools.backfill("test", "copy"));
            }
        },
        WRITERS_AND_A_REPAIR(Stage.SHADOW) {
            @Override
            void cast(Cast cast) {
                cast.writer("put", 0, "p", false);
                cast.writer("delete", 1, "p", true);
                StageControl tools = cast.tools();
                cast.operator("repair", () -> tools.repair("test", "mend"));
            }
        },
        A_WRITER_AND_A_SWITCH(Stage.READ_NEW) {
            @Override
            void cast(Cast cast) {
                cast.one().control().percent(100, "test", "all");
                cast.instances.forEach(instance -> instance.routing().tick());
                cast.writer("put", 1, "p", false);
                cast.operator("switch", () -> cast.one().control().advance("test", "on"));
                cast.run.thread("round", () -> cast.instances.get(1).routing().tick());
            }
        },
        A_WRITER_AND_A_ROLLBACK(Stage.LIVE) {
            @Override
            void cast(Cast cast) {
                cast.writer("put", 1, "p", false);
                cast.operator("rollback", () -> cast.one().control().rollback("test", "back"));
                cast.run.thread("round", () -> cast.instances.get(1).routing().tick());
            }
        },
        WRITES_BEHIND_AND_A_REPAIR(Stage.DUAL_WRITE, true) {
            @Override
            void cast(Cast cast) {
                cast.sender();
                cast.writer("writer", 0, "p", false, true);
                cast.writer("other writer", 1, "p", false);
                StageControl tools = cast.tools();
                cast.operator("repair", () -> tools.repair("test", "mend"));
            }
        },
        WRITES_BEHIND_AND_A_ROLLBACK(Stage.RAMP_DOWN, true) {
            @Override
            void cast(Cast cast) {
                cast.sender();
                cast.writer("writer", 1, "p", false, true);
                cast.operator("rollback", () -> cast.one().control().rollback("test", "back"));
                cast.run.thread("round", () -> cast.instances.get(1).routing().tick());
            }
        };

        private final Stage stage;

        private final boolean behind;

        Play(Stage stage) {
            this(stage, false);
        }

        Play(Stage stage, boolean behind) {
            this.stage = stage;
            this.behind = behind;
        }

        abstract void cast(Cast cast);
    }

    @ParameterizedTest
    @CsvSource({
        "TWO_WRITERS_OF_A_KEY, 3, false",
        "TWO_WRITERS_OF_A_KEY, 1, true",
        "THREE_WRITERS_ONE_DELETES, 1, false",
        "WRITERS_OF_TWO_KEYS_AND_A_BACKFILL, 1, false",
        "WRITERS_AND_A_REPAIR, 1, false",
        "A_WRITER_AND_A_SWITCH, 1, false",
        "A_WRITER_AND_A_ROLLBACK, 1, false",
        "WRITES_BEHIND_AND_A_REPAIR, 1, false",
        "WRITES_BEHIND_AND_A_ROLLBACK, 1, false"
    })
    void noOrderLosesAWrite(Play play, int preemptions, boolean crashes) {
        Interleavings program = Interleavings.of(run -> play.cast(new Cast(run, play.stage, play.behind)))
                .preemptions(preemptions);
        Interleavings.Explored explored = (crashes ? program.withCrashes() : program).all(MOST_RUNS);
        assertThat(explored.complete()).isTrue();
        assertThat(explored.runs()).isGreaterThan(50);
        System.out.printf(
                "%s, up to %d preemptions%s: all %d orders, lost 0, different 0%n",
                play, preemptions, crashes ? ", death at every call" : "", explored.runs());
    }
}
