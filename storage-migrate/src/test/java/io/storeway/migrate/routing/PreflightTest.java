package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.storeway.Capability;
import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.error.UnsupportedCapabilityException;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.spi.KeyValueStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

/** Pairs with a storage that has conditional writes of single keys, and no units of work. */
class PreflightTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);

    private final MemoryStore inner = new MemoryStore();
    private final Storage single = KvStorage.open(withoutUnits(), CATALOG);
    private final Storage whole = KvStorage.open(new MemoryStore(), CATALOG);

    private KeyValueStore withoutUnits() {
        return (KeyValueStore) Proxy.newProxyInstance(
                KeyValueStore.class.getClassLoader(),
                new Class<?>[] {KeyValueStore.class},
                (proxy, method, arguments) -> {
                    try {
                        return method.getName().equals("capabilities")
                                ? inner.capabilities().without(Capability.UNITS_OF_WORK, "keys lie apart")
                                : method.invoke(inner, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void theOldOneIsRefusedWithTheWayThatRemains() {
        assertThat(RoutedStorage.between(single, whole)
                        .controlledBy(whole)
                        .preflight()
                        .refusals())
                .singleElement()
                .asString()
                .startsWith("the old storage (memory) lacks UNITS_OF_WORK")
                .contains("keys lie apart", "stop the writers", "Migration", "tag");
    }

    @Test
    void theNewOneAndTheControlStorageAreRefusedWithWhatWouldDo() {
        assertThat(RoutedStorage.between(whole, single)
                        .controlledBy(single)
                        .preflight()
                        .refusals())
                .hasSize(2)
                .anySatisfy(refusal -> assertThat(refusal)
                        .startsWith("the new storage (memory) lacks UNITS_OF_WORK")
                        .contains("kv+jdbc"))
                .anySatisfy(refusal -> assertThat(refusal)
                        .startsWith("the control storage (memory) lacks UNITS_OF_WORK")
                        .contains("controlledBy"));
    }

    @Test
    void nothingIsWrittenToAPairThatIsRefused() {
        assertThatThrownBy(() ->
                        RoutedStorage.between(single, whole).controlledBy(whole).open())
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("stop the writers");
        assertThat(inner.list("", null, 10).entries()).isEmpty();
        assertThat(whole.replica().inventory().uncovered()).isEmpty();
    }
}
