package io.storeway.testkit.laws;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Capabilities;
import io.storeway.Capability;
import io.storeway.Storage;
import io.storeway.testkit.TreeStore;
import io.storeway.testkit.call.Interposed;
import io.storeway.testkit.laws.Verdict.Status;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What becomes of laws, shown on laws and storages that are nothing but that. */
class ConformanceTest {

    private static Storage storage(Capabilities capabilities) {
        return (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(),
                new Class<?>[] {Storage.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "name" -> "canary";
                    case "capabilities" -> capabilities;
                    default -> null;
                });
    }

    private static Verdict verdict(Capabilities capabilities, Law law) {
        return Conformance.of((catalog, clock) -> storage(capabilities)).run(law);
    }

    private static Law law(Law.Body<LawContext> body, Capability... needs) {
        return new Law("L00-canary", "a canary", Set.of(needs), body);
    }

    private static void sing(LawContext context) {
        throw new AssertionError("the canary sings");
    }

    @Test
    void aLawWhoseCapabilityIsDeclinedIsNotRun() {
        Law canary = law(ConformanceTest::sing, Capability.DURABLE);
        assertThat(verdict(Capabilities.all(), canary).status()).isEqualTo(Status.FAILED);
        Verdict declined = verdict(Capabilities.all().without(Capability.DURABLE, "it is in memory"), canary);
        assertThat(declined.status()).isEqualTo(Status.DECLINED);
        assertThat(declined.reason()).isEqualTo("DURABLE: it is in memory");
        assertThat(declined.cases()).isZero();
    }

    @Test
    void aLawOfAnotherCapabilityIsRunAllTheSame() {
        Capabilities capabilities = Capabilities.all().without(Capability.DURABLE, "it is in memory");
        assertThat(verdict(capabilities, law(ConformanceTest::sing, Capability.WRITES))
                        .status())
                .isEqualTo(Status.FAILED);
        assertThat(verdict(capabilities, law(ConformanceTest::sing)).status()).isEqualTo(Status.FAILED);
    }

    @Test
    void whatIsDeclinedNeedsAReason() {
        Verdict verdict = verdict(
                Capabilities.all().without(Capability.DURABLE, " "), law(ConformanceTest::sing, Capability.DURABLE));
        assertThat(verdict.status()).isEqualTo(Status.FAILED);
        assertThat(verdict.reason()).contains("DURABLE").contains("without a reason");
    }

    @Test
    void whatIsDeclinedAndWorksAllTheSameIsAFailure() {
        Verdict verdict = verdict(
                Capabilities.all().without(Capability.UNITS_OF_WORK, "there are none"),
                law(ConformanceTest::sing, Capability.UNITS_OF_WORK));
        assertThat(verdict.status()).isEqualTo(Status.FAILED);
        assertThat(verdict.reason()).contains("UNITS_OF_WORK is declined and not refused");
    }

    @Test
    void aLawThatRanNoCaseIsUnknown() {
        Verdict verdict = verdict(Capabilities.all(), law(context -> {}));
        assertThat(verdict.status()).isEqualTo(Status.UNKNOWN);
        assertThat(verdict.passed()).isFalse();
    }

    @Test
    void aLawWithAnOperationThatNeverSucceededIsUnknown() {
        Verdict verdict = verdict(Capabilities.all(), law(context -> {
            context.effective(1);
            context.tried("insert", true);
            context.tried("update", false);
            context.tried("insert", false);
        }));
        assertThat(verdict.status()).isEqualTo(Status.UNKNOWN);
        assertThat(verdict.reason()).isEqualTo("never succeeded: update");
    }

    @Test
    void everyCapabilityHasACheckOfItsRefusal() {
        AtomicInteger checks = new AtomicInteger();
        for (Capability capability : Capability.values()) {
            assertThat(RefusalChecks.of(capability))
                    .as("check of %s", capability)
                    .isNotNull();
            checks.incrementAndGet();
        }
        assertThat(checks).hasValueGreaterThanOrEqualTo(7);
    }

    @Test
    void lawsHaveIdsOfTheirOwnThatNameTheirNumber() {
        assertThat(Conformance.laws())
                .extracting(Law::id)
                .doesNotHaveDuplicates()
                .allMatch(id -> id.matches("L(0[1-9]|1\\d|2[0-8])-[a-z-]+"))
                .hasSizeGreaterThanOrEqualTo(35);
    }

    @Test
    void aStoreThatThrowsWhatItMayNotIsShownByAFewCommandsToo() {
        Law map = KeyValueConformance.laws().stream()
                .filter(law -> law.id().equals("K08-map"))
                .findFirst()
                .orElseThrow();
        Verdict verdict = KeyValueConformance.of(
                        () -> Interposed.store(new TreeStore(), call -> {
                            if (call.verb().equals("purge")) {
                                throw new IllegalStateException("a bug");
                            }
                            return call.proceed();
                        }),
                        20)
                .run(map);
        assertThat(verdict.reason())
                .contains(
                        "threw java.lang.IllegalStateException: a bug",
                        "after 1 commands",
                        "replay with -Dstoreway.seed=",
                        "corpus line: stores PURGE(");
        assertThat(verdict.failure()).hasRootCauseInstanceOf(IllegalStateException.class);
    }
}
