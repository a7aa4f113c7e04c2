package io.storeway.kv.wrong;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.EntityType;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.UnitOfWork;
import io.storeway.error.ErrorContext;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.spi.PartitionState;
import io.storeway.spi.ReplicaStore.ScanPage;
import io.storeway.spi.Version;
import io.storeway.testkit.call.Interposed;
import io.storeway.testkit.call.StoreCall;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Storages with wrong units of work, wrong copies for a migration, or wrong words about themselves. */
final class WrongUnits {

    private WrongUnits() {}

    static List<WrongStorage> all() {
        return List.of(
                WrongStorage.wrong(
                        "writes within a unit at once",
                        "L11-rollback",
                        "transact",
                        (call, right) -> work(call).apply(new Direct(right))),
                WrongStorage.wrong(
                        "shows a unit before its end",
                        "L11-torn",
                        "transact",
                        (call, right) -> work(call).apply(new Direct(right))),
                WrongStorage.wrong(
                        "makes writes beside a unit", "L16-beside", "insert", WrongUnits::insertedByAnotherThread),
                WrongStorage.wrong(
                        "checks nothing at a commit",
                        "L21-counter",
                        "transact",
                        (call, right) -> work(call).apply(new Direct(right))),
                WrongStorage.wrong(
                        "does not see a unit's own writes",
                        "L16-unit",
                        "find",
                        (call, right) ->
                                WrongStorage.rows(call, right).find(WrongStorage.type(call), WrongStorage.list(call))),
                WrongStorage.wrong("skips a partition of a scan", "L20-scan", "scan", (call, right) -> {
                    ScanPage page = page(call);
                    return new ScanPage(
                            page.partitions()
                                    .subList(0, Math.max(0, page.partitions().size() - 1)),
                            page.next());
                }),
                WrongStorage.wrong("repeats a partition of a scan", "L20-scan", "scan", (call, right) -> {
                    ScanPage page = page(call);
                    List<PartitionState> first =
                            page.partitions().stream().limit(1).toList();
                    return new ScanPage(
                            Stream.concat(first.stream(), page.partitions().stream())
                                    .toList(),
                            page.next());
                }),
                applying(
                        "takes what is older for newer",
                        "L25-version",
                        state -> new PartitionState(
                                state.key(), new Version(99, System.nanoTime()), state.items(), state.residue())),
                applying(
                        "loses residue",
                        "L07-residue",
                        state -> new PartitionState(state.key(), state.version(), state.items(), List.of())),
                applying(
                        "loses the order",
                        "L06-apply",
                        state -> new PartitionState(
                                state.key(), state.version(), reversed(state.items()), state.residue())),
                posing("claims to watch over references", "L01-missing", right -> Capabilities.all()),
                posing("claims to watch over unique keys", "L02-unique", right -> Capabilities.all()),
                posing("claims to answer by an index", "L14-index", right -> Capabilities.all()),
                posing(
                        "declines units of work and runs them",
                        "L16-unit",
                        right -> right.without(Capability.UNITS_OF_WORK, "not today")),
                posing(
                        "declines writes and makes them",
                        "L08-objects",
                        right -> right.without(Capability.WRITES, "not today")),
                new WrongStorage(
                        "writes half of what it refuses",
                        "L16-unit",
                        right -> instead(
                                Interposed.storage(right, WrongUnits::half),
                                "capabilities",
                                right.capabilities().without(Capability.UNITS_OF_WORK, "not today"))),
                posing("declines without a reason", "L16-unit", right -> right.without(Capability.UNITS_OF_WORK, "")),
                new WrongStorage("stays open when it is closed", "L05-closed", right -> instead(right, "close", null)));
    }

    private static Object insertedByAnotherThread(StoreCall call, Storage right) {
        CompletableFuture.runAsync(
                        () -> WrongStorage.rows(call, right).insert(WrongStorage.type(call), WrongStorage.list(call)))
                .join();
        return true;
    }

    /** Repositories of no unit at all. */
    private record Direct(Storage right) implements UnitOfWork {
        @Override
        public <T> Repository<T> repository(EntityType<T> type) {
            return right.repository(type);
        }
    }

    @SuppressWarnings("unchecked")
    private static Function<UnitOfWork, @Nullable Object> work(StoreCall call) {
        return (Function<UnitOfWork, @Nullable Object>)
                Objects.requireNonNull(call.arguments().get(0));
    }

    private static ScanPage page(StoreCall call) throws Throwable {
        return (ScanPage) Objects.requireNonNull(call.proceed());
    }

    private static WrongStorage applying(String name, String law, UnaryOperator<PartitionState> defect) {
        return WrongStorage.wrong(
                name,
                law,
                "apply",
                (call, right) -> WrongStorage.proceed(
                        call,
                        WrongStorage.<PartitionState>list(call).stream()
                                .map(defect)
                                .toList()));
    }

    /** The items the other way round, each at its new place. */
    private static List<PartitionState.Item> reversed(List<PartitionState.Item> items) {
        List<PartitionState.Item> reversed = new ArrayList<>();
        for (int i = 0; i < items.size(); i++) {
            PartitionState.Item item = items.get(items.size() - 1 - i);
            Row row = item.row();
            int place = i;
            Row moved = row.type()
                    .position()
                    .map(field -> row.with(field.index(), place))
                    .orElse(row);
            reversed.add(new PartitionState.Item(i, moved, item.payload()));
        }
        return reversed;
    }

    private static @Nullable Object half(StoreCall call) throws Throwable {
        List<Object> rows = WrongStorage.list(call);
        boolean batch = call.verb().equals("insert") && rows.size() > 1;
        if (batch) {
            WrongStorage.proceed(call, rows.subList(0, 1));
        }
        if (batch || call.verb().equals("transact")) {
            throw new UnsupportedCapabilityException(
                    "There are several partitions", new ErrorContext(call.verb(), "wrong", null, null), null);
        }
        return call.proceed();
    }

    private static WrongStorage posing(String name, String law, UnaryOperator<Capabilities> claim) {
        return new WrongStorage(name, law, right -> instead(right, "capabilities", claim.apply(right.capabilities())));
    }

    /** The storage, except that a method gives another answer and does nothing. */
    private static Storage instead(Storage right, String name, @Nullable Object answer) {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(), new Class<?>[] {Storage.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals(name)) {
                        return answer;
                    }
                    try {
                        return method.invoke(right, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                });
    }
}
