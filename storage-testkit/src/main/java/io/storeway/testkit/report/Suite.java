package io.storeway.testkit.report;

import io.storeway.testkit.laws.Conformance;
import io.storeway.testkit.laws.KeyValueConformance;
import io.storeway.testkit.laws.Law;
import java.util.List;

/** The set of laws that a report is about. */
enum Suite {
    STORAGES("Laws and storages", "") {
        @Override
        List<Law> laws() {
            return Conformance.laws();
        }
    },
    STORES("Laws and key-value stores", "store-") {
        @Override
        List<Law> laws() {
            return KeyValueConformance.laws();
        }
    };

    private final String title;
    private final String prefix;

    Suite(String title, String prefix) {
        this.title = title;
        this.prefix = prefix;
    }

    abstract List<Law> laws();

    String title() {
        return title;
    }

    /** What file names begin with. */
    String prefix() {
        return prefix;
    }
}
