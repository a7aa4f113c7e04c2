package io.storeway.migrate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Catalog;
import io.storeway.Key;
import io.storeway.Storage;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.migrate.routing.MovesTest.Entry;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.membership.View;
import io.storeway.testkit.call.Interposed;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The stage changes while an operation runs. */
class OneStageTest {

    private static final Catalog CATALOG = Catalog.of(MovesTest.ENTRIES);
    private static final int OWNERS = 40;

    private final List<String> askedOfNew = new ArrayList<>();
    private final Storage old = KvStorage.open(new MemoryStore(), CATALOG);
    private final Storage fresh = KvStorage.open(
            Interposed.store(new MemoryStore(), call -> {
                call.arguments().forEach(argument -> askedOfNew.add(String.valueOf(argument)));
                return call.proceed();
            }),
            CATALOG);
    private final Storage control = KvStorage.open(new MemoryStore(), CATALOG);
    private final RoutedStorage routed =
            Moves.quiet(old, fresh).controlledBy(control).open();

    @AfterEach
    void close() {
        routed.close();
    }

    /** Keys of as many owners; between two of them the share grows to everybody. */
    private final class Interrupted extends AbstractList<Key> {
        private final AtomicInteger asked = new AtomicInteger();

        @Override
        public Key get(int index) {
            if (asked.getAndIncrement() == OWNERS / 2) {
                routed.control().percent(100, "test", "everybody");
                askedOfNew.clear();
            }
            return Key.of("o" + index, "n");
        }

        @Override
        public int size() {
            return OWNERS;
        }
    }

    @Test
    void aReadOfManyKeysGoesByTheShareThatItBeganWith() {
        Moves.to(routed, Stage.READ_NEW);
        View half = routed.routing().member().view();
        List<Key> keys = new Interrupted();
        routed.repository(MovesTest.ENTRIES).rows().find(MovesTest.ENTRIES, keys);
        assertThat(routed.control().status().percent()).isEqualTo(100);
        for (int i = OWNERS / 2 + 1; i < OWNERS; i++) {
            String owner = "o" + i;
            String asked = "entries:" + owner;
            assertThat(askedOfNew.stream().anyMatch(text -> text.matches(".*\\b" + asked + "\\b.*")))
                    .as("%s is read from the new storage", asked)
                    .isEqualTo(half.reads(() -> owner) == Side.NEW);
        }
    }

    @Test
    void aUnitOfWorkGoesByTheStageThatItBeganInAndIsWaitedFor() {
        StageControl moves = routed.control();
        EnumSet.allOf(Preflight.Risk.class).forEach(risk -> moves.acknowledge(risk, "test", "a test may lose data"));
        routed.transact(unit -> {
            moves.advance("test", "on");
            assertThat(routed.stage()).isEqualTo(Stage.DUAL_WRITE);
            assertThat(moves.blocks()).anyMatch(block -> block.guard() == Block.Guard.ACKNOWLEDGED);
            unit.repository(MovesTest.ENTRIES).save(new Entry("o", "n", 1));
            return true;
        });
        assertThat(old.repository(MovesTest.ENTRIES).exists("o", "n")).isTrue();
        assertThat(fresh.repository(MovesTest.ENTRIES).exists("o", "n")).isFalse();
        assertThat(moves.status().marks()).hasValue(0);
        assertThat(moves.blocks())
                .extracting(Block::reason)
                .containsExactly("no backfill of this run has come to its end");
        moves.backfill("test", "copy");
        assertThat(fresh.repository(MovesTest.ENTRIES).exists("o", "n")).isTrue();
    }
}
