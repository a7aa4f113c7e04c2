package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Storage;
import io.storeway.error.StorageClosedException;
import io.storeway.spi.ForwardingReplica;
import io.storeway.spi.ForwardingRows;
import io.storeway.spi.ForwardingStorage;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.RowStore;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ForwardingTest {

    record Entry(String user, String ticker) {}

    private static final EntityType<Entry> ENTRIES = EntityType.of(Entry.class)
            .named("entries")
            .partitionedBy(Entry::user)
            .identifiedBy(Entry::ticker)
            .keyValue("entries:{user}", Blob.arrayOf(Entry::ticker))
            .build();

    /** These work by other methods, so that they take what a subclass has made of those. */
    private static final Set<String> BY_OTHERS = Set.of("run", "purgeExpired");

    private final List<String> asked = new ArrayList<>();

    /** A storage that notes which keys are looked for. */
    private final class Noting extends ForwardingStorage {

        Noting(Storage inner) {
            super(inner);
        }

        @Override
        protected RowStore layer(RowStore rows) {
            return new ForwardingRows(rows) {
                @Override
                public List<@Nullable Row> find(EntityType<?> type, List<Key> keys) {
                    keys.forEach(key -> asked.add(key.text(type.key())));
                    return super.find(type, keys);
                }
            };
        }
    }

    private Storage noting() {
        return new Noting(KvStorage.open(new MemoryStore(), Catalog.of(ENTRIES)));
    }

    @Test
    void aLayerStandsBeforeRepositoriesAndUnitsOfWork() {
        try (Storage storage = noting()) {
            Repository<Entry> entries = storage.repository(ENTRIES);
            entries.save(new Entry("a", "SPY"));
            assertThat(entries.find("a", "SPY")).contains(new Entry("a", "SPY"));
            assertThat(storage.<Boolean>transact(
                            unit -> unit.repository(ENTRIES).exists("a", "QQQ")))
                    .isFalse();
        }
        assertThat(asked).containsExactly("a:SPY", "a:QQQ");
    }

    @Test
    void aStorageAroundAnotherOneClosesIt() {
        Storage inner = KvStorage.open(new MemoryStore(), Catalog.of(ENTRIES));
        new Noting(inner).close();
        assertThatThrownBy(() -> inner.repository(ENTRIES).find("a", "SPY")).isInstanceOf(StorageClosedException.class);
    }

    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(Storage.class, ForwardingStorage.class),
                Arguments.of(RowStore.class, ForwardingRows.class),
                Arguments.of(ReplicaStore.class, ForwardingReplica.class));
    }

    /** Also those with a default, which would otherwise be answered as if nothing were behind. */
    @ParameterizedTest
    @MethodSource("pairs")
    void everyMethodIsForwarded(Class<?> type, Class<?> forwarding) {
        assertThat(Arrays.stream(type.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers()))
                        .filter(method -> !BY_OTHERS.contains(method.getName())))
                .hasSizeGreaterThan(8)
                .allSatisfy(method -> assertThat(forwarded(forwarding, method)).isEqualTo(forwarding));
    }

    private static Class<?> forwarded(Class<?> forwarding, Method method) throws NoSuchMethodException {
        return forwarding
                .getMethod(method.getName(), method.getParameterTypes())
                .getDeclaringClass();
    }
}
