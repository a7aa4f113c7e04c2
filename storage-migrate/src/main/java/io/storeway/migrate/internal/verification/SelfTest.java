package io.storeway.migrate.internal.verification;

import io.storeway.EntityType;
import io.storeway.migrate.Difference;
import io.storeway.migrate.Progress;
import io.storeway.migrate.ProgressListener;
import io.storeway.migrate.SelfTestReport;
import io.storeway.migrate.VerifyOptions;
import io.storeway.migrate.internal.LiveRows;
import io.storeway.migrate.internal.run.Pages;
import io.storeway.migrate.internal.run.Pairing;
import io.storeway.spi.PartitionState;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Runs a comparison with a target that seems to have defects, and counts those that it finds. */
public final class SelfTest {

    private final Pairing pair;
    private final int defects;
    private final Instant now;

    public SelfTest(Pairing pair, int defects) {
        this.pair = pair;
        this.defects = defects;
        this.now = pair.clock().instant();
    }

    public SelfTestReport run() {
        int planted = 0;
        int found = 0;
        for (int i = 0; i < pair.types().size(); i++) {
            EntityType<?> type = pair.types().get(i);
            int typesLeft = pair.types().size() - i;
            Set<String> chosen = choose(type, (defects - planted + typesLeft - 1) / typesLeft);
            planted += chosen.size();
            found += chosen.isEmpty() ? 0 : found(type, chosen);
        }
        return new SelfTestReport(planted, found);
    }

    private Set<String> choose(EntityType<?> type, int most) {
        LiveRows live = LiveRows.of(type, now);
        Set<String> chosen = new LinkedHashSet<>();
        try (Pages pages = pair.pages(pair.target(), type)) {
            while (pages.hasNext() && chosen.size() < most) {
                for (PartitionState state : pages.next().partitions()) {
                    if (chosen.size() < most && !live.of(state).items().isEmpty()) {
                        chosen.add(state.key().text(type.partitionKey()));
                    }
                }
            }
        }
        return chosen;
    }

    private int found(EntityType<?> type, Set<String> chosen) {
        Set<String> named = new HashSet<>();
        ProgressListener listener = new ProgressListener() {
            @Override
            public void progress(Phase phase, String entity, long partitions, long items) {
                pair.listener().progress(phase, entity, partitions, items);
            }

            @Override
            public void progress(Progress reached) {
                pair.listener().progress(reached);
            }

            @Override
            public void difference(Difference found) {
                named.add(found.partition());
            }
        };
        Pairing altered = new Pairing(
                pair.source(),
                new PlantedStorage(pair.target(), chosen, pair.planner().carried(type), LiveRows.of(type, now)),
                List.of(type),
                pair.pace(),
                Clock.fixed(now, ZoneOffset.UTC),
                listener);
        new Verification(altered, VerifyOptions.FULL, null).run();
        named.retainAll(chosen);
        return named.size();
    }
}
