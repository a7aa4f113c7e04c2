package io.storeway.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import io.storeway.Catalog;
import io.storeway.Storage;
import io.storeway.testkit.ManualClock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class StorageTestTest {

    private static final List<String> SEEN = Collections.synchronizedList(new ArrayList<>());

    /** Named so that Surefire does not run it by itself. */
    @StorageTest({"first", "second"})
    static final class OnTwoStorages {
        static final Catalog CATALOG = Catalog.of();

        @Test
        void one(Storage storage, ManualClock clock) {
            SEEN.add(storage.name() + " " + clock.instant());
        }

        @Test
        void two(Storage storage) {
            SEEN.add(storage.name());
        }
    }

    @StorageTest({"pair(first, second)", "pair(second, pair(first,first))"})
    static final class OnPairs {
        static final Catalog CATALOG = Catalog.of();

        @Test
        void one(Storage storage) {
            SEEN.add(storage.name());
        }
    }

    @StorageTest("pair(first)")
    static final class OnHalfAPair {
        static final Catalog CATALOG = Catalog.of();

        @Test
        void one(Storage storage) {
            SEEN.add(storage.name());
        }
    }

    @StorageTest("cahced(first)")
    static final class WithAnUnknownComposite {
        static final Catalog CATALOG = Catalog.of();

        @Test
        void one(Storage storage) {
            SEEN.add(storage.name());
        }
    }

    @StorageTest("sqlite")
    static final class WithoutItsBackend {
        static final Catalog CATALOG = Catalog.of();

        @Test
        void one(Storage storage) {
            SEEN.add(storage.name());
        }
    }

    @StorageTest("frist")
    static final class WithAnUnknownName {
        static final Catalog CATALOG = Catalog.of();

        @Test
        void one(Storage storage) {
            SEEN.add(storage.name());
        }
    }

    @StorageTest("first")
    static final class WithoutACatalog {
        @Test
        void one(Storage storage) {
            SEEN.add(storage.name());
        }
    }

    @StorageTest({})
    static final class OnNothing {
        static final Catalog CATALOG = Catalog.of();

        @Test
        void one(Storage storage) {
            SEEN.add(storage.name());
        }
    }

    @StorageTest({"first", "second"})
    static final class FailingOnOne {
        static final Catalog CATALOG = Catalog.of();

        @Test
        void one(Storage storage) {
            assertThat(storage.name()).isEqualTo("first");
        }
    }

    @StorageTest("twice")
    static final class WithANameOfTwoSources {
        static final Catalog CATALOG = Catalog.of();

        @Test
        void one(Storage storage) {
            SEEN.add(storage.name());
        }
    }

    @StorageTest("first")
    static final class FailingBefore {
        static final Catalog CATALOG = Catalog.of();

        @BeforeEach
        void prepare(Storage storage) {
            assertThat(storage.name()).as("not prepared").isEmpty();
        }

        @Test
        void one(Storage storage) {
            SEEN.add(storage.name());
        }
    }

    @StorageTest("first")
    static final class FailingAfter {
        static final Catalog CATALOG = Catalog.of();

        @Test
        void one(Storage storage) {
            SEEN.add(storage.name());
        }

        @AfterEach
        void check(Storage storage) {
            assertThat(storage.name()).as("not as it should be").isEmpty();
        }
    }

    private static List<String> failures(Class<?> test) {
        return thrown(test).stream().map(Throwable::getMessage).toList();
    }

    private static List<Throwable> thrown(Class<?> test) {
        SEEN.clear();
        List<Throwable> failures = new ArrayList<>();
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(test))
                .build();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier id, TestExecutionResult result) {
                result.getThrowable().ifPresent(failures::add);
            }
        });
        return failures;
    }

    @Test
    void everyTestRunsOnEveryStorageWithAFreshOne() {
        assertThat(failures(OnTwoStorages.class)).isEmpty();
        assertThat(SEEN)
                .containsExactlyInAnyOrder(
                        "first 2026-01-01T00:00:00Z", "first", "second 2026-01-01T00:00:00Z", "second");
        assertThat(TestStorageSource.OPEN).hasValue(0);
    }

    @Test
    void aStorageIsMadeOfOthersAndAllAreClosed() {
        assertThat(failures(OnPairs.class)).isEmpty();
        assertThat(SEEN).containsExactlyInAnyOrder("first+second", "second+first+first");
        assertThat(TestStorageSource.OPEN).hasValue(0);
    }

    @Test
    void whatWasOpenedBeforeAPartFailedIsClosed() {
        assertThat(failures(OnHalfAPair.class)).singleElement().isEqualTo("A pair is made of two");
        assertThat(TestStorageSource.OPEN).hasValue(0);
    }

    @Test
    void anUnknownCompositeIsAnErrorThatNamesTheKnownOnesAndWhereOthersAre() {
        assertThat(failures(WithAnUnknownComposite.class))
                .singleElement()
                .asString()
                .contains("cahced(…)", "[pair]", "io.storeway:storage-migrate");
    }

    @Test
    void aMissingBackendIsAnErrorThatNamesTheDependency() {
        assertThat(failures(WithoutItsBackend.class))
                .singleElement()
                .asString()
                .isEqualTo("@StorageTest names sqlite; add io.storeway:storage-sql in test scope");
        assertThat(SEEN).isEmpty();
    }

    @Test
    void anUnknownNameIsAnErrorThatNamesTheKnownOnes() {
        assertThat(failures(WithAnUnknownName.class))
                .singleElement()
                .asString()
                .contains("frist")
                .contains(
                        "first, h2, mariadb, memory, mvstore, postgres, redis, redis-cluster, rocksdb, second, sqlite");
    }

    @Test
    void aFailureNamesTheStorageThatTheTestRanOn() {
        assertThat(thrown(FailingOnOne.class))
                .singleElement()
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .asString()
                        .contains("second"));
    }

    @ParameterizedTest
    @ValueSource(classes = {FailingBefore.class, FailingAfter.class, OnHalfAPair.class})
    void aFailureBesideTheTestNamesTheStorageToo(Class<?> test) {
        assertThat(thrown(test))
                .singleElement()
                .satisfies(failure -> assertThat(failure.getSuppressed())
                        .singleElement()
                        .asString()
                        .contains(test.equals(OnHalfAPair.class) ? "pair(first)" : "on the storage first"));
    }

    @Test
    void aNameThatTwoSourcesKnowIsAnErrorThatNamesBoth() {
        assertThat(failures(WithANameOfTwoSources.class))
                .singleElement()
                .asString()
                .contains("names twice", "TestStorageSource", "OtherTestSource");
    }

    @Test
    void noStorageAtAllIsAnErrorThatNamesTheClass() {
        assertThat(failures(OnNothing.class)).singleElement().asString().contains("OnNothing names no storage");
    }

    @Test
    void aClassWithoutACatalogIsAnError() {
        assertThat(failures(WithoutACatalog.class))
                .singleElement()
                .asString()
                .contains("one static field of the type Catalog");
    }
}
