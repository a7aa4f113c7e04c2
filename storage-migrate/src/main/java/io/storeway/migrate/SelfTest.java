package io.storeway.migrate;

import io.storeway.EntityType;
import io.storeway.spi.PartitionState;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Plants defects into what a comparison reads of the target, and counts those that it names. */
final class SelfTest {

    private final Pairing pair;
    private final int defects;

    SelfTest(Pairing pair, int defects) {
        this.pair = pair;
        this.defects = defects;
    }

    SelfTestReport run() {
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
        Set<String> chosen = new LinkedHashSet<>();
        try (Pages pages = pair.pages(pair.target(), type)) {
            while (pages.hasNext() && chosen.size() < most) {
                for (PartitionState state : pages.next().partitions()) {
                    if (chosen.size() < most && !state.items().isEmpty()) {
                        chosen.add(state.key().text(type.partitionKey()));
                    }
                }
            }
        }
        return chosen;
    }

    private int found(EntityType<?> type, Set<String> chosen) {
        Pairing altered = new Pairing(
                pair.source(),
                new PlantedStorage(pair.target(), chosen, pair.planner().carried(type)),
                List.of(type),
                pair.pace(),
                pair.clock(),
                pair.listener());
        Set<String> named = new HashSet<>();
        new Verification(altered, VerifyOptions.FULL, null)
                .run()
                .entities()
                .forEach(entity -> entity.examples().forEach(example -> named.add(example.partition())));
        named.retainAll(chosen);
        return named.size();
    }
}
