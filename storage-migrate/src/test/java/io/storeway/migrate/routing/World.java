package io.storeway.migrate.routing;

import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Storage;
import io.storeway.error.StorageException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.kv.KvStorage;
import io.storeway.migrate.routing.Schedule.Task;
import io.storeway.migrate.routing.ScheduledStore.Faults.Fault;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.replication.Fence;
import io.storeway.migrate.routing.internal.replication.Mark;
import io.storeway.spi.KeyValueStore.Write;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One small migration in a schedule of its own: instances that write, an operator who moves the stage, background rounds,
 * and faults at the calls of the stores. Then everything heals, and what was acknowledged has to be there.
 */
final class World {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final EntityType<MovesTest.Entry> ENTRIES = MovesTest.ENTRIES;
    private static final String[][] KEYS = {{"p", "a"}, {"p", "b"}, {"q", "a"}};
    private static final int FAULTS_AT_MOST = 6;
    private static final int ABSENT_EACH = 8;
    private static final int PATIENCE = 10;
    private static final List<Start> STARTS = List.of(
            new Start(Stage.OFF, false),
            new Start(Stage.DUAL_WRITE, false),
            new Start(Stage.DUAL_WRITE, false),
            new Start(Stage.DUAL_WRITE, true),
            new Start(Stage.SHADOW, false),
            new Start(Stage.READ_NEW, false),
            new Start(Stage.READ_NEW, true),
            new Start(Stage.LIVE, false),
            new Start(Stage.RAMP_DOWN, false));

    /** Where a schedule starts: in a stage, and where there is something to do in it before the next one, with that done. */
    record Start(Stage stage, boolean ready) {}

    private final class Ticking extends Clock {
        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return Instant.EPOCH.plus(Duration.ofDays(20_000)).plusMillis(now);
        }
    }

    private final Schedule schedule;
    private final Clock clock = new Ticking();
    private final int faultRate;
    private final Length length;
    /** How many partitions an instance keeps apart; none, one, or as many as there are. */
    private final int pending;
    /** Whether writes follow behind their callers where nobody reads the follower. */
    private final boolean behind;
    /** For each instance what is to be sent behind its callers. */
    private final Map<String, Deque<Runnable>> sending = new TreeMap<>();
    /** The instances whose writers are over. */
    private final Set<String> written = new HashSet<>();

    private final ScheduledStore oldStore;
    private final ScheduledStore newStore;
    private final ScheduledStore controlStore;
    private final Storage old;
    private final Storage fresh;
    private final Storage control;
    private final Set<String> dead = new HashSet<>();
    private final History history = new History();
    private final List<RoutedStorage> opened = new ArrayList<>();
    /** The store that is out of reach while an instance is opened. */
    private @Nullable String absent;

    private boolean faulty;
    private int faults;
    private long now;
    private long values;
    private final Set<Stage> stages = new HashSet<>();
    /** For each key how many writes have begun, and how many of them run or have died. */
    private final Map<String, Writes> writes = new HashMap<>();

    private @Nullable String unseen;

    private record Writes(int begun, int open) {}

    /** What the three stores hold when a migration has come to a stage, and how it got there. Made once for all schedules. */
    record Scene(
            List<Write> old,
            List<Write> fresh,
            List<Write> control,
            List<History.Operation> operations,
            long now,
            long values) {}

    private static final Map<Start, Scene> SCENES = new ConcurrentHashMap<>();

    static Scene scene(Stage stage) {
        return scene(new Start(stage, false));
    }

    private static Scene scene(Start start) {
        return SCENES.computeIfAbsent(start, absent -> new World(0, 0, Length.LONG, Mutant.NONE).moved(absent));
    }

    private Scene moved(Start start) {
        RoutedStorage one = instance("one");
        RoutedStorage two = instance("two");
        for (String[] key : KEYS) {
            write(one, key, false);
        }
        Moves.to(one, two, start.stage());
        if (start.ready()) {
            Moves.prepare(one, two);
        }
        two.routing().tick();
        opened.forEach(RoutedStorage::close);
        List<Write> withoutHistory = controlStore.content().stream()
                .filter(entry -> !entry.key().contains(":history:"))
                .toList();
        return new Scene(oldStore.content(), newStore.content(), withoutHistory, history.all(), now, values);
    }

    /** With a fault at about one of so many calls; 0 for none. */
    World(long seed, int faultRate, Length length, Mutant mutant) {
        this.schedule = new Schedule(seed);
        this.faultRate = faultRate;
        this.length = length;
        this.pending = (int) (seed % 3);
        this.behind = seed / 3 % 2 == 1;
        this.oldStore = new ScheduledStore("old", schedule, this::fault, mutant);
        this.newStore = new ScheduledStore("new", schedule, this::fault, mutant);
        this.controlStore = new ScheduledStore("control", schedule, this::fault, mutant);
        controlStore.whenCommitted(writes -> {
            Boolean freezes = mutant.freezes(writes);
            if (freezes != null) {
                oldStore.freeze(freezes);
                newStore.freeze(freezes);
            }
        });
        this.old = KvStorage.open(oldStore, CATALOG, clock);
        this.fresh = KvStorage.open(newStore, CATALOG, clock);
        this.control = KvStorage.open(controlStore, CATALOG, clock);
    }

    private Fault fault(String store, boolean write) {
        now++;
        if (store.equals(absent)) {
            faults++;
            return Fault.UNAVAILABLE;
        }
        String instance = schedule.current();
        if (dead.contains(instance)) {
            return Fault.KILL_BEFORE;
        }
        if (!faulty
                || faultRate == 0
                || faults == FAULTS_AT_MOST
                || instance.isEmpty()
                || schedule.random().nextInt(faultRate) > 0) {
            return Fault.NONE;
        }
        faults++;
        Fault[] all = Fault.values();
        Fault fault = all[1 + schedule.random().nextInt(all.length - 1)];
        if (fault == Fault.KILL_BEFORE || fault == Fault.KILL_AFTER) {
            dead.add(instance);
        }
        return fault;
    }

    private RoutedStorage instance(String name) {
        RoutedStorageBuilder builder = RoutedStorage.between(old, fresh)
                .controlledBy(control)
                .instance(name)
                .clock(clock)
                .followers(0)
                .lease(Duration.ofMillis(150))
                .park(Duration.ofMillis(60))
                .followerTimeout(Duration.ofMillis(5))
                .switchWithin(Duration.ofMillis(600))
                .pending(pending)
                .shadowComparisons(0)
                .shadowSample(0)
                .stepwise(time -> {
                    now += time.toMillis();
                    schedule.step();
                });
        if (behind) {
            sending.put(name, new ArrayDeque<>());
            builder.behind(work -> sending.get(name).add(work));
        }
        RoutedStorage routed = builder.open();
        opened.add(routed);
        return routed;
    }

    /** Runs the schedule and says what is wrong in the end, or nothing. */
    Optional<String> run(Executor threads) throws Exception {
        Start start = STARTS.get(schedule.random().nextInt(STARTS.size()));
        Scene scene = scene(start);
        oldStore.fill(scene.old());
        newStore.fill(scene.fresh());
        controlStore.fill(scene.control());
        history.addAll(scene.operations());
        now = scene.now();
        values = scene.values();
        RoutedStorage one = instance("one");
        if (faultRate > 0 && schedule.random().nextInt(ABSENT_EACH) == 0) {
            absent = Stages.authority(start.stage()).orElseThrow() == Side.OLD ? "new" : "old";
        }
        RoutedStorage two = instance("two");
        absent = null;
        faulty = true;
        List<Task> tasks = new ArrayList<>(List.of(
                new Task("one", () -> writer("one", one)),
                new Task("two", () -> writer("two", two)),
                new Task("one", () -> rounds(one)),
                new Task("two", () -> rounds(two)),
                new Task(ScheduledStore.OPERATOR, () -> operate(one.control()))));
        sending.forEach((instance, waiting) -> tasks.add(new Task(instance, () -> send(instance, waiting))));
        schedule.run(threads, tasks);
        faulty = false;
        dead.clear();
        Optional<String> wrong = verdict();
        opened.forEach(RoutedStorage::close);
        return wrong;
    }

    private void writer(String instance, RoutedStorage storage) {
        try {
            for (int i = 0; i < length.writes; i++) {
                write(
                        storage,
                        KEYS[schedule.random().nextInt(KEYS.length)],
                        schedule.random().nextInt(3) == 0);
            }
        } finally {
            written.add(instance);
        }
    }

    private void write(RoutedStorage storage, String[] key, boolean deletes) {
        @Nullable Long value = deletes ? null : ++values;
        String at = String.join("", key);
        Writes begun = count(at, 1, 1);
        History.Operation operation = history.begin(storage.routing().options().instance(), key, value, now);
        boolean acknowledged = false;
        try {
            if (value == null) {
                storage.repository(ENTRIES).delete((Object[]) key);
            } else {
                storage.repository(ENTRIES).save(new MovesTest.Entry(key[0], key[1], value));
            }
            acknowledged = true;
            history.acknowledged(operation, ++now);
        } catch (UnknownOutcomeException e) {
            return;
        } catch (StorageException e) {
            history.refused(operation);
        }
        count(at, 0, -1);
        if (acknowledged && begun.open() == 1) {
            readBack(storage, key, value, () -> count(at, 0, 0).begun() == begun.begun());
        }
    }

    private Writes count(String at, int begun, int open) {
        return writes.merge(
                at,
                new Writes(begun, open),
                (known, added) -> new Writes(known.begun + added.begun, known.open + added.open));
    }

    /** An instance sees its own write if nobody has written the key since it began. */
    private void readBack(RoutedStorage storage, String[] key, @Nullable Long value, BooleanSupplier undisturbed) {
        Long found;
        try {
            found = value(storage, key);
        } catch (StorageException e) {
            return;
        }
        if (unseen == null && undisturbed.getAsBoolean() && !Objects.equals(found, value)) {
            unseen = "an instance does not see its own write in " + storage.stage() + ": " + key[0] + key[1] + " is "
                    + found + " after " + value;
        }
    }

    /**
     * An instance finds its own writes, and those of others: where none of its own has failed and no store has, a write has followed when
     * it is acknowledged, if anybody may read the follower.
     */
    private void look(RoutedStorage storage) {
        String[] key = KEYS[schedule.random().nextInt(KEYS.length)];
        String instance = storage.routing().options().instance();
        long begin = now;
        boolean current = followed(storage);
        Long found;
        try {
            found = value(storage, key);
        } catch (StorageException e) {
            return;
        }
        boolean all = current && followed(storage);
        if (unseen == null
                && !history.explains(
                        key, found, begin, each -> all || each.instance().equals(instance))) {
            unseen = instance + " in " + storage.stage() + " finds " + found + " at " + key[0] + key[1] + " after "
                    + history.all();
        }
    }

    private boolean followed(RoutedStorage storage) {
        return faults == 0
                && storage.routing().member().holdsLease()
                && opened.stream().noneMatch(each -> each.routing().pending().lacking());
    }

    private static @Nullable Long value(RoutedStorage storage, String[] key) {
        return storage.repository(ENTRIES)
                .find((Object[]) key)
                .map(MovesTest.Entry::weight)
                .orElse(null);
    }

    private void rounds(RoutedStorage storage) {
        for (int i = 0; i < length.rounds; i++) {
            storage.routing().tick();
            stages.add(storage.stage());
            look(storage);
            schedule.step();
        }
    }

    /** What is sent behind the callers of an instance, each time as much as has come together. */
    private void send(String instance, Deque<Runnable> waiting) {
        while (!(waiting.isEmpty() && written.contains(instance))) {
            if (!waiting.isEmpty()) {
                waiting.remove().run();
            }
            schedule.step();
        }
    }

    /** Goes forward and sometimes back, and takes no for an answer. */
    private void operate(StageControl control) {
        for (int i = 0; i < length.moves; i++) {
            try {
                StageStatus status = control.status();
                stages.add(status.stage());
                if (status.stage() == Stage.DUAL_WRITE && !status.synced()) {
                    copy(control);
                } else if (status.stage() == Stage.READ_NEW && status.percent() < 100) {
                    control.percent(100, "operator", "everybody");
                } else if (status.stage() == Stage.COMPLETE) {
                    return;
                } else if (schedule.random().nextInt(5) == 0) {
                    control.rollback("operator", "back");
                } else {
                    control.advance("operator", "on");
                }
            } catch (StorageException | StageBlockedException | Fence.Closed e) {
                for (int turn = 0; turn < PATIENCE; turn++) {
                    now += 10;
                    schedule.step();
                }
            }
        }
    }

    private void copy(StageControl control) {
        schedule.copying(true);
        try {
            control.backfill("operator", "copy");
        } finally {
            schedule.copying(false);
        }
    }

    private Optional<String> verdict() {
        if (unseen != null) {
            return Optional.of(unseen);
        }
        for (ScheduledStore store : List.of(oldStore, newStore)) {
            if (store.lowered() != null) {
                return Optional.of("a version has fallen: " + store.lowered());
            }
        }
        Optional<String> unmarked = unmarkedDivergence();
        if (unmarked.isPresent()) {
            return unmarked;
        }
        now += 10_000;
        RoutedStorage healed = instance("healed");
        healed.routing().tick();
        healed.routing().tick();
        for (String[] key : KEYS) {
            Long found = value(healed, key);
            if (!history.explains(key, found)) {
                return Optional.of("lost or resurrected in " + healed.stage() + ": " + key[0] + key[1] + " is " + found
                        + " after " + history.all());
            }
        }
        StageStatus status = healed.control().status();
        if (status.synced() && status.stage() != Stage.COMPLETE) {
            if (status.marks().orElseThrow() > 0) {
                return Optional.of("marks are left in " + status.stage());
            }
            return same() ? Optional.empty() : Optional.of("the sides differ after a repair in " + status.stage());
        }
        return Optional.empty();
    }

    /** In sync, a difference at rest has a mark. */
    private Optional<String> unmarkedDivergence() {
        StageRecord record =
                control.repository(StageRecord.TYPE).find("default").orElseThrow();
        if (!record.synced() || record.reading() == Stage.COMPLETE || record.reading() == Stage.OFF) {
            return Optional.empty();
        }
        Storage authority = Stages.authority(record.reading()).orElseThrow() == Side.OLD ? old : fresh;
        for (String partition : List.of("p", "q")) {
            boolean equal = content(old, partition).equals(content(fresh, partition));
            if (!equal
                    && authority
                                    .repository(Mark.TYPE)
                                    .partition("entries", partition)
                                    .count()
                            == 0) {
                return Optional.of("a difference without a mark in " + record.stage() + " at " + partition);
            }
        }
        return Optional.empty();
    }

    private static Set<MovesTest.Entry> content(Storage storage, String partition) {
        return new HashSet<>(storage.repository(ENTRIES).partition(partition).list());
    }

    private boolean same() {
        return content(old, "p").equals(content(fresh, "p"))
                && content(old, "q").equals(content(fresh, "q"));
    }

    Set<Stage> stages() {
        return stages;
    }

    int faults() {
        return faults;
    }

    int steps() {
        return schedule.steps();
    }
}
