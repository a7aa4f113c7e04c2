package io.storeway.metrics;

import static io.storeway.metrics.Secrets.ACCOUNTS;
import static io.storeway.metrics.Secrets.CANARY;
import static io.storeway.metrics.Secrets.CATALOG;
import static io.storeway.metrics.Secrets.PERSONS;
import static io.storeway.metrics.Secrets.account;
import static io.storeway.metrics.Secrets.secret;
import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.storeway.Repository;
import io.storeway.Storage;
import io.storeway.Storages;
import io.storeway.kv.KeyValueStores;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import io.storeway.kv.cache.CachePolicy;
import io.storeway.kv.cache.CachedStorage;
import io.storeway.metrics.Secrets.Account;
import io.storeway.metrics.Secrets.Person;
import io.storeway.migrate.Migration;
import io.storeway.migrate.routing.Preflight;
import io.storeway.migrate.routing.RoutedStorage;
import io.storeway.observe.ObservedStorage;
import io.storeway.spi.KeyValueStore;
import io.storeway.spi.KeyValueStore.Write;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands in every key, value and password is in no log, exception, report or tag. */
class CanaryTest {

    @TempDir
    Path folder;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final List<Throwable> thrown = new ArrayList<>();

    private interface Call {
        Object run();
    }

    /** Keeps what the call throws; it has to throw. */
    private void fails(Call call) {
        Throwable failure = null;
        try {
            call.run();
        } catch (RuntimeException e) {
            failure = e;
        }
        assertThat(failure).as("a failure").isNotNull();
        thrown.add(failure);
    }

    private void fails(Runnable call) {
        fails(() -> {
            call.run();
            return "";
        });
    }

    /** Keeps what the call throws, if this backend refuses it. */
    private void mayFail(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) {
            thrown.add(e);
        }
    }

    private void nothingIsSeen(int failures) throws IOException {
        assertThat(thrown).hasSizeGreaterThanOrEqualTo(failures);
        assertThat(thrown)
                .allSatisfy(each -> assertThat(RecordedLogs.text(each)).doesNotContain(CANARY));
        assertThat(RecordedLogs.lines()).noneMatch(line -> line.contains(CANARY));
        assertThat(registry.getMeters())
                .noneMatch(meter -> meter.getId().toString().contains(CANARY));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path trace :
                    files.filter(file -> file.toString().endsWith(".trace.db")).toList()) {
                assertThat(Files.readString(trace)).as("%s", trace).doesNotContain(CANARY);
            }
        }
    }

    private Storage open(String uri) {
        return ObservedStorage.of(
                Storages.open(uri.replace("FOLDER", folder.toString()), CATALOG), StorageMetrics.to(registry));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "memory:",
                "mvstore:FOLDER/a.mv",
                "kv+jdbc:sqlite:FOLDER/kv.db",
                "jdbc:sqlite:FOLDER/a.db",
                "jdbc:h2:file:FOLDER/a;WRITE_DELAY=0"
            })
    void refusedCallsTellNothing(String uri) throws IOException {
        Storage storage = open(uri);
        try (storage) {
            refuse(storage);
        }
        fails(() -> storage.repository(ACCOUNTS).find(secret("owner"), secret("a")));
        nothingIsSeen(14);
        assertThat(registry.getMeters()).as("calls were observed").isNotEmpty();
    }

    private void refuse(Storage storage) {
        Repository<Person> persons = storage.repository(PERSONS);
        Repository<Account> accounts = storage.repository(ACCOUNTS);
        persons.insert(new Person(secret("owner"), secret("mail")));
        accounts.insert(account("a"));
        fails(() -> persons.insert(new Person(secret("owner"), secret("mail2"))));
        mayFail(() -> persons.insert(new Person(secret("other"), secret("mail"))));
        fails(() -> accounts.insert(account("a")));
        fails(() -> accounts.insertAll(List.of(account("b"), account("b"))));
        Account a = account("a");
        fails(() -> accounts.insert(new Account(a.owner(), secret("b"), "OPEN", 3, null, a.note(), 0)));
        fails(() -> accounts.insert(new Account(a.owner(), secret("c"), secret("state"), 3, null, "n", 0)));
        fails(() -> accounts.insert(new Account(a.owner(), secret("c"), "OPEN", 9, null, secret("n"), 0)));
        mayFail(() -> accounts.insert(new Account(secret("nobody"), secret("c"), "OPEN", 3, null, "n", 0)));
        fails(() -> accounts.insert(new Account(a.owner(), secret("\ud800"), "OPEN", 3, null, "n", 0)));
        mayFail(() -> accounts.insert(new Account(a.owner(), secret("\0"), "OPEN", 3, null, secret("\0"), 0)));
        mayFail(() -> accounts.insert(
                new Account(a.owner(), secret("c"), "OPEN", 3, new BigDecimal("1e60"), secret("n"), 0)));
        mayFail(() -> accounts.insert(account("x".repeat(100_000))));
        fails(() -> accounts.update(account("absent")));
        fails(() -> accounts.update(new Account(a.owner(), a.id(), "SHUT", 3, null, a.note(), 77)));
        fails(() -> accounts.where(ACCOUNTS.field(Account::state).contains(secret("x")))
                .list());
        fails(() -> accounts.partition(secret("owner"))
                .query()
                .after(secret("cursor"))
                .limit(1)
                .page());
        fails(() -> accounts.find(secret("owner")));
        mayFail(() -> persons.delete(secret("owner")));
        mayFail(() -> accounts.partition(secret("owner")).replace(List.of(a), secret("version")));
        mayFail(() -> storage.transact(unit -> {
            unit.repository(PERSONS).insert(new Person(secret("owner"), secret("mail3")));
            return "";
        }));
    }

    @ParameterizedTest
    @ValueSource(strings = {"memory:", "mvstore:FOLDER/b.mv", "kv+jdbc:sqlite:FOLDER/b.db"})
    void blobsThatCannotBeReadTellNothing(String uri) throws IOException {
        KeyValueStore store = KeyValueStores.open(uri.replace("FOLDER", folder.toString()));
        List<String> blobs = List.of(
                secret("not JSON"),
                "{\"id\":\"" + secret("not an array") + "\"}",
                "[{\"id\":\"" + secret("a") + "\",\"state\":\"OPEN\",\"stars\":\"" + secret("text") + "\"}]",
                "[{\"id\":\"" + secret("a") + "\",\"state\":\"" + secret("state") + "\",\"stars\":1}]",
                "[{\"id\":\"" + secret("a") + "\"," + "\"id\":\"" + secret("twice") + "\"}]",
                "[{\"id\":\"" + secret("a") + "\",\"state\":\"OPEN\",\"stars\":1,\"money\":1e99999}]",
                "[\"" + secret("unterminated"));
        try (Storage storage = ObservedStorage.of(KvStorage.open(store, CATALOG), StorageMetrics.to(registry))) {
            for (int i = 0; i < blobs.size(); i++) {
                String owner = secret("owner" + i);
                store.commit(
                        List.of(),
                        List.of(Write.put("account:" + owner, blobs.get(i).getBytes(StandardCharsets.UTF_8))));
                mayFail(() -> storage.repository(ACCOUNTS).partition(owner).list());
                mayFail(() -> storage.repository(ACCOUNTS).insert(account("new")));
            }
            fails(() -> storage.repository(ACCOUNTS).all().allowScan().list());
            try (Storage target = Storages.open("jdbc:sqlite:" + folder.resolve("target.db"), CATALOG)) {
                Migration migration = Migration.from(storage)
                        .to(target)
                        .listener(MigrationMetrics.to(registry))
                        .build();
                String reports = migration.plan()
                        + migration.dryRun().toString()
                        + migration.backfill()
                        + migration.verify()
                        + migration.status();
                // A report names the key of what it keeps and of what is missing, and nothing else.
                assertThat(reports.replaceAll("(partition=|orphanExamples=\\[)" + secret("owner") + "[0-9]*", ""))
                        .doesNotContain(CANARY);
            }
        }
        nothingIsSeen(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:postgresql://localhost:1/db?user=u&password=c4n4ry&connectTimeout=1",
                "jdbc:mariadb://localhost:1/db?user=u&password=c4n4ry",
                "jdbc:h2:tcp://localhost:1/db;USER=u;PASSWORD=c4n4ry",
                "kv+jdbc:h2:tcp://localhost:1/db;USER=u;PASSWORD=c4n4ry",
                "redis://u:c4n4ry@localhost:1",
                "jdbc:unknown://u:c4n4ry@localhost:1/db",
                "nothing://u:c4n4ry@localhost:1"
            })
    void credentialsOfAStorageThatCannotBeReachedAreNotTold(String uri) throws IOException {
        fails(() -> Storages.open(uri, CATALOG));
        nothingIsSeen(1);
    }

    @Test
    void routingAndCachesTellNothing() throws IOException {
        try (Storage old = Storages.open("memory:", CATALOG);
                Storage fresh = Storages.open("jdbc:sqlite:" + folder.resolve("fresh.db"), CATALOG);
                RoutedStorage routed = RoutedStorage.between(old, fresh)
                        .named("accounts")
                        .controlledBy(fresh)
                        .instance("one")
                        .open()) {
            for (Preflight.Risk risk : Preflight.Risk.values()) {
                routed.control().acknowledge(risk, "ann", "a test");
            }
            routed.control().advance("ann", "start");
            new RoutingMetrics(routed, "accounts", Clock.systemUTC()).bindTo(registry);
            Storage storage = ObservedStorage.of(routed, StorageMetrics.to(registry));
            // The new side refuses an account without its person, which the old one takes.
            storage.repository(ACCOUNTS).insert(account("orphan"));
            fails(() -> storage.repository(ACCOUNTS).insert(account("orphan")));
            routed.control().backfill("ann", "copy");
            fails(() -> routed.control().advance("ann", "equal"));
            assertThat(routed.control().status().toString()).doesNotContain(CANARY);
            assertThat(routed.health().toString()).doesNotContain(CANARY);
        }
        MemoryStore store = new MemoryStore();
        try (Storage source = Storages.open("jdbc:sqlite:" + folder.resolve("source.db"), CATALOG);
                CachedStorage cached = CachedStorage.over(source, store)
                        .cache(PERSONS, CachePolicy.lasting(Duration.ofMinutes(5)), key -> {
                            throw new IllegalStateException("the service is down");
                        })
                        .open()) {
            new CacheMetrics(cached).bindTo(registry);
            mayFail(() -> cached.repository(PERSONS).find(secret("owner")));
            cached.repository(PERSONS).insert(new Person(secret("owner"), secret("mail")));
            for (String key : store.list("", null, 100).entries().stream()
                    .map(KeyValueStore.Entry::key)
                    .toList()) {
                store.commit(List.of(), List.of(Write.put(key, secret("garbage").getBytes(StandardCharsets.UTF_8))));
            }
            assertThat(cached.repository(PERSONS).find(secret("owner"))).isPresent();
            store.close();
            assertThat(cached.repository(PERSONS).find(secret("owner"))).isPresent();
            fails(() -> cached.repository(PERSONS).insert(new Person(secret("owner"), secret("mail"))));
        }
        nothingIsSeen(3);
    }

    @Test
    void whatIsLoggedIsRecorded() {
        org.slf4j.LoggerFactory.getLogger("probe").warn("a line with {}", "a value");
        assertThat(RecordedLogs.lines()).anyMatch(line -> line.contains("a line with") && line.contains("a value"));
    }
}
