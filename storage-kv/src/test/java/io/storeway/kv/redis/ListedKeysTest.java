package io.storeway.kv.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.AclSetuserArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.CommandType;
import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Key;
import io.storeway.error.InvalidValueException;
import io.storeway.kv.KvStorage;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Listing;
import io.storeway.spi.KeyValueStore.Write;
import io.storeway.spi.ReplicaStore;
import io.storeway.spi.ReplicaStore.ScanPage;
import io.storeway.testkit.RunNumber;
import io.storeway.testkit.engine.Engines;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys that are listed often are found without a walk through the others. */
class ListedKeysTest {

    private static final String MARKS = KeyTemplate.LISTED_PREFIX + "mark:";
    private static final String SET = KeyTemplate.RESERVED_PREFIX + ":listed";

    record Note(String id) {}

    private final String uri = Engines.redis().newPlace();
    private final RedisStore store = RedisStore.open(uri);
    private final RedisClient client = RedisClient.create(uri);
    private final StatefulRedisConnection<String, String> connection = client.connect();
    private final RedisCommands<String, String> others = connection.sync();

    @AfterEach
    void close() {
        store.close();
        connection.close();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
    }

    private void put(String... keys) {
        store.commit(
                List.of(),
                Stream.of(keys)
                        .map(key -> Write.put(key, key.getBytes(StandardCharsets.UTF_8)))
                        .toList());
    }

    private static List<String> listed(RedisStore store, String prefix, int limit) {
        List<String> found = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            Listing page = store.list(prefix, cursor, limit);
            assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
            page.entries().stream().map(Entry::key).forEach(found::add);
            cursor = page.next();
        } while (cursor != null);
        return found;
    }

    private long scans() {
        return others.info("commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_scan:calls="))
                .mapToLong(line -> Long.parseLong(line.substring(line.indexOf('=') + 1, line.indexOf(','))))
                .sum();
    }

    @Test
    void onlyTheFirstListingWalksThroughAllKeys() {
        IntStream.range(0, 3_000).forEach(i -> others.set("n:" + i, "v"));
        assertThat(listed(store, MARKS, 10)).isEmpty();
        long before = scans();
        put(MARKS + "b", MARKS + "a", "n:1");
        assertThat(listed(store, MARKS, 10)).containsExactly(MARKS + "a", MARKS + "b");
        assertThat(scans()).isEqualTo(before);
        assertThat(listed(store, "n:", 1_000)).hasSize(3_000);
        assertThat(scans()).as("scans for other keys").isGreaterThan(before);
    }

    @Test
    void aMigrationWalksOnceForAllPartitionsAndNeverForOne() {
        EntityType<Note> notes = EntityType.of(Note.class)
                .named("notes")
                .identifiedBy(Note::id)
                .keyValue("note:{id}", Blob.object())
                .build();
        IntStream.range(0, 500).forEach(i -> others.set("note:" + i, "{}"));
        for (boolean versioned : new boolean[] {false, true}) {
            ReplicaStore replica = KvStorage.open(store, Catalog.of(notes)).replica();
            if (versioned) {
                replica.transact(unit -> unit.advance(notes, List.of(Key.of("7")), 1));
            }
            long before = scans();
            store.list("note:", null, 500);
            long walk = scans() - before;
            int found = 0;
            @Nullable String cursor = null;
            do {
                ScanPage page = replica.scan(notes, cursor, 50);
                found += page.partitions().size();
                cursor = page.next();
            } while (cursor != null);
            assertThat(found).isEqualTo(500);
            assertThat(scans() - before).isEqualTo(2 * walk);
            assertThat(replica.read(notes, List.of(Key.of("7")))).hasSize(1);
            assertThat(scans() - before).isEqualTo(2 * walk);
        }
    }

    @Test
    void randomWritesAreListedInOrderOnPagesOfAnySize() {
        long seed = RunNumber.of("storeway.seed", 20_261_122L);
        Random random = new Random(seed);
        TreeSet<String> expected = new TreeSet<>();
        for (int step = 0; step < 600; step++) {
            String key = MARKS + random.nextInt(60);
            if (random.nextInt(3) == 0) {
                store.commit(List.of(), List.of(Write.delete(key)));
                expected.remove(key);
            } else {
                put(key);
                expected.add(key);
            }
            if (step % 20 == 0) {
                assertThat(listed(store, MARKS, 1 + random.nextInt(9)))
                        .as("seed %d, step %d", seed, step)
                        .containsExactlyElementsOf(expected);
                String longer = MARKS + random.nextInt(6);
                assertThat(listed(store, longer, 5))
                        .containsExactlyElementsOf(expected.stream()
                                .filter(other -> other.startsWith(longer))
                                .toList());
            }
        }
        assertThat(others.zcard(SET))
                .as("its members and the word that it is complete")
                .isEqualTo(expected.size() + 1L);
    }

    @Test
    void cursorBeforeThePrefixBeginsWithThePrefix() {
        put(KeyTemplate.LISTED_PREFIX + "a", MARKS + "x");
        assertThat(store.list(MARKS, KeyTemplate.LISTED_PREFIX, 10).entries())
                .extracting(Entry::key)
                .containsExactly(MARKS + "x");
    }

    @Test
    void aSetThatSomebodyHasDeletedIsMadeAnew() {
        put(MARKS + "a", MARKS + "b");
        assertThat(listed(store, MARKS, 10)).hasSize(2);
        others.del(SET);
        put(MARKS + "c");
        assertThat(listed(store, MARKS, 10)).containsExactly(MARKS + "a", MARKS + "b", MARKS + "c");
        long before = scans();
        assertThat(listed(store, MARKS, 10)).hasSize(3);
        assertThat(scans()).isEqualTo(before);
    }

    @Test
    void aKeyThatSomebodyHasDeletedIsNotListed() {
        put(MARKS + "a", MARKS + "b", MARKS + "c");
        assertThat(listed(store, MARKS, 10)).hasSize(3);
        others.del(MARKS + "b");
        assertThat(listed(store, MARKS, 1)).containsExactly(MARKS + "a", MARKS + "c");
    }

    @Test
    void somethingElseInThePlaceOfTheSetRefusesTheWriteAsAWhole() {
        others.set(SET, "of another program");
        assertThatThrownBy(() -> put("n:1", MARKS + "a")).isInstanceOf(InvalidValueException.class);
        assertThat(others.exists("n:1", MARKS + "a")).isZero();
    }

    @Test
    void aUserWhoMayOnlyReadListsByAWalk() {
        put(MARKS + "a");
        others.aclSetuser(
                "reader",
                AclSetuserArgs.Builder.on()
                        .addPassword("secret")
                        .allKeys()
                        .addCategory(io.lettuce.core.AclCategory.READ)
                        .addCategory(io.lettuce.core.AclCategory.CONNECTION)
                        .addCategory(io.lettuce.core.AclCategory.SCRIPTING)
                        .addCommand(CommandType.SELECT)
                        .addCommand(CommandType.TIME));
        try (RedisStore reader = RedisStore.open(uri.replace("redis://", "redis://reader:secret@"))) {
            assertThat(listed(reader, MARKS, 10)).containsExactly(MARKS + "a");
        } finally {
            others.aclDeluser("reader");
        }
        assertThat(others.exists(SET)).isEqualTo(1);
        assertThat(others.zscore(SET, "complete")).isNull();
    }

    @Test
    void aClusterWithATagHasTheSetAndOneWithoutWalks() {
        for (String place : List.of(
                Engines.redisCluster().newPlace(), Engines.redisCluster().uri())) {
            try (RedisStore cluster = RedisStore.open(place)) {
                for (String name : List.of("b", "a")) {
                    cluster.commit(List.of(), List.of(Write.put(MARKS + name, new byte[] {'v'})));
                }
                assertThat(listed(cluster, MARKS, 1)).containsExactly(MARKS + "a", MARKS + "b");
                for (String name : List.of("b", "a")) {
                    cluster.commit(List.of(), List.of(Write.delete(MARKS + name)));
                }
                assertThat(listed(cluster, MARKS, 1)).isEmpty();
            }
        }
    }
}
