package io.storeway.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.storeway.testkit.KeyValueFixture;
import io.storeway.testkit.TreeStore;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** The laws in a project whose tests run in parallel. */
class ParallelConformanceTest {

    /** Named so that Surefire does not run it by itself. */
    static final class LawsOfATree extends KeyValueStoreConformanceTest {
        @Override
        protected KeyValueFixture fixture() {
            return TreeStore::new;
        }

        @Override
        protected int lists() {
            return 1;
        }
    }

    @Test
    void lawsRunOneAfterAnotherAlsoWhereTestsRunInParallel(@TempDir Path reports) {
        String folder = "storeway.conformance.dir";
        String before = System.getProperty(folder, "target/conformance");
        System.setProperty(folder, reports.toString());
        Set<String> threads = ConcurrentHashMap.newKeySet();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(LawsOfATree.class))
                .configurationParameter("junit.jupiter.execution.parallel.enabled", "true")
                .configurationParameter("junit.jupiter.execution.parallel.mode.default", "concurrent")
                .configurationParameter("junit.jupiter.execution.parallel.config.strategy", "fixed")
                .configurationParameter("junit.jupiter.execution.parallel.config.fixed.parallelism", "4")
                .build();
        try {
            LauncherFactory.create().execute(request, new TestExecutionListener() {
                @Override
                public void executionStarted(TestIdentifier id) {
                    if (id.isTest()) {
                        threads.add(Thread.currentThread().getName());
                    }
                }
            });
        } finally {
            System.setProperty(folder, before);
        }
        assertThat(threads).hasSize(1);
    }
}
