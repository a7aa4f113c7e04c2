package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Health;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.StorageClosedException;
import io.storeway.observe.ObservedStorage;
import io.storeway.observe.Operation;
import io.storeway.observe.StorageListener;
import io.storeway.testkit.fault.Fault;
import io.storeway.testkit.fault.FaultPlan;
import io.storeway.testkit.fault.Faults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ObservedStorageTest {

    record Entry(String user, String ticker) {}

    private static final EntityType<Entry> ENTRIES = EntityType.of(Entry.class)
            .named("entries")
            .partitionedBy(Entry::user)
            .identifiedBy(Entry::ticker)
            .keyValue("entries:{user}", Blob.arrayOf(Entry::ticker))
            .build();

    private final List<Operation> told = new ArrayList<>();

    private ObservedStorage storage() {
        return ObservedStorage.of(KvStorage.open(new MemoryStore(), Catalog.of(ENTRIES)), told::add);
    }

    @Test
    void everyCallIsToldOnceWithItsRows() {
        try (Storage storage = storage()) {
            Repository<Entry> entries = storage.repository(ENTRIES);
            entries.saveAll(List.of(new Entry("a", "SPY"), new Entry("a", "QQQ"), new Entry("b", "SPY")));
            entries.find("a", "SPY");
            entries.find("a", "none");
            entries.partition("a").list();
            entries.delete("a", "SPY");
        }
        assertThat(told)
                .extracting(Operation::storage, Operation::entity, Operation::kind, Operation::rows)
                .containsExactly(
                        tuple("memory", "entries", Operation.Kind.SAVE, 3L),
                        tuple("memory", "entries", Operation.Kind.FIND, 1L),
                        tuple("memory", "entries", Operation.Kind.FIND, 0L),
                        tuple("memory", "entries", Operation.Kind.QUERY, 2L),
                        tuple("memory", "entries", Operation.Kind.DELETE, 1L));
        assertThat(told)
                .allMatch(operation ->
                        operation.nanos() > 0 && operation.failure().isEmpty());
    }

    @Test
    void aUnitIsToldWithWhatItDoes() {
        try (Storage storage = storage()) {
            storage.transact(unit -> {
                unit.repository(ENTRIES).save(new Entry("a", "SPY"));
                return "done";
            });
        }
        assertThat(told)
                .extracting(Operation::entity, Operation::kind)
                .containsExactly(tuple("entries", Operation.Kind.SAVE), tuple("*", Operation.Kind.TRANSACT));
    }

    @Test
    void aCallThatFailsIsToldWithItsErrorAndThrowsIt() {
        try (Storage storage = storage()) {
            Repository<Entry> entries = storage.repository(ENTRIES);
            entries.insert(new Entry("a", "SPY"));
            assertThatThrownBy(() -> entries.insert(new Entry("a", "SPY")))
                    .isInstanceOf(ConstraintViolationException.class);
        }
        assertThat(told.get(1).failure()).hasValue("ConstraintViolationException");
        assertThat(told.get(1).rows()).isZero();
    }

    @Test
    void aListenerThatThrowsHarmsNobody() {
        try (Storage storage = ObservedStorage.of(
                KvStorage.open(new MemoryStore(), Catalog.of(ENTRIES)),
                operation -> {
                    throw new IllegalStateException("broken listener");
                },
                operation -> {
                    throw new NoClassDefFoundError("a library that is missing");
                },
                told::add)) {
            storage.repository(ENTRIES).save(new Entry("a", "SPY"));
            assertThat(storage.repository(ENTRIES).find("a", "SPY")).isPresent();
        }
        assertThat(told).hasSize(2);
    }

    @Test
    void aSlowCallIsInTheFlightRecording(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("calls.jfr");
        try (Recording recording = new Recording();
                Storage storage = storage()) {
            recording.enable("io.storeway.Operation").withThreshold(Duration.ZERO);
            recording.start();
            storage.repository(ENTRIES).save(new Entry("a", "SPY"));
            recording.stop();
            recording.dump(file);
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        assertThat(Files.size(file)).isPositive();
        assertThat(events)
                .filteredOn(event -> event.getEventType().getName().equals("io.storeway.Operation"))
                .singleElement()
                .satisfies(event -> {
                    assertThat(event.getString("entity")).isEqualTo("entries");
                    assertThat(event.getString("operation")).isEqualTo("SAVE");
                    assertThat(event.getLong("rows")).isEqualTo(1);
                });
    }

    @Test
    void aStorageIsUpAndAfterItsEndDown() {
        Storage storage = storage();
        assertThat(storage.health().status()).isEqualTo(Health.Status.UP);
        assertThat(storage.health().findings())
                .extracting(Health.Finding::subject)
                .containsExactly("entries", "durability");
        storage.close();
        assertThat(storage.health().status()).isEqualTo(Health.Status.DOWN);
        assertThat(storage.health().findings().get(0).detail()).contains(StorageClosedException.class.getSimpleName());
    }

    @Test
    void anExceptionWithoutANameIsToldByTheNameOfItsParent() {
        try (Storage storage = storage()) {
            assertThatThrownBy(() -> storage.run(unit -> {
                        throw new IllegalStateException("no") {};
                    }))
                    .isInstanceOf(IllegalStateException.class);
        }
        assertThat(told).extracting(Operation::failure).containsExactly(Optional.of("IllegalStateException"));
    }

    @Test
    void storagesOfOneBackendAreToldApartByNamesOfTheApplicationsOwn() {
        try (Storage orders = storage().named("orders");
                Storage stock = storage().named("stock")) {
            orders.repository(ENTRIES).find("a", "SPY");
            stock.run(unit -> unit.repository(ENTRIES).find("a", "SPY"));
            assertThat(stock.name()).isEqualTo("stock");
        }
        assertThat(told).extracting(Operation::storage).containsExactly("orders", "stock", "stock");
    }

    @Test
    void aStorageThatIsDownIsAskedOnce() {
        EntityType<Entry> others = EntityType.of(Entry.class)
                .named("others")
                .partitionedBy(Entry::user)
                .identifiedBy(Entry::ticker)
                .keyValue("others:{user}", Blob.arrayOf(Entry::ticker))
                .build();
        FaultPlan plan = FaultPlan.none().when(call -> call.verb().startsWith("get"), Fault.FAIL_BEFORE);
        try (Storage storage = KvStorage.open(Faults.of(plan).in(new MemoryStore()), Catalog.of(ENTRIES, others))) {
            long before = plan.calls();
            assertThat(storage.health().findings())
                    .extracting(Health.Finding::subject, Health.Finding::status)
                    .contains(tuple("entries", Health.Status.DOWN), tuple("others", Health.Status.DOWN));
            assertThat(plan.calls() - before).isEqualTo(1);
        }
    }

    @Test
    void eachListenerThatThrowsIsLoggedOnce() {
        List<String> logged = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                logged.add(String.valueOf(line.getThrown()));
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("io.storeway.observe.Watch");
        logger.addHandler(handler);
        StorageListener first = operation -> {
            throw new IllegalStateException("first");
        };
        StorageListener second = operation -> {
            throw new IllegalStateException("second");
        };
        try (Storage storage =
                ObservedStorage.of(KvStorage.open(new MemoryStore(), Catalog.of(ENTRIES)), first, second)) {
            storage.repository(ENTRIES).find("a", "SPY");
            storage.repository(ENTRIES).find("a", "SPY");
        } finally {
            logger.removeHandler(handler);
        }
        assertThat(logged)
                .containsExactly("java.lang.IllegalStateException: first", "java.lang.IllegalStateException: second");
    }
}
