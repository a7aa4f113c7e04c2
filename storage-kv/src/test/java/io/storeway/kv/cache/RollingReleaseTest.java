package io.storeway.kv.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.Blob;
import io.storeway.Catalog;
import io.storeway.EntityType;
import io.storeway.Json;
import io.storeway.kv.KvStorage;
import io.storeway.kv.MemoryStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Two releases of an application, of which one has a field more, share a cache while one takes the place of the other. */
class RollingReleaseTest {

    record Old(String id, String title, @Nullable Json others) {}

    record Fresh(String id, String title, @Nullable String author) {}

    private static final EntityType<Old> OLD = EntityType.of(Old.class)
            .named("books")
            .identifiedBy(Old::id)
            .nullable(Old::others)
            .keyValue("book:{id}", Blob.<Old>object().rest(Old::others))
            .build();

    private static final EntityType<Fresh> FRESH = EntityType.of(Fresh.class)
            .named("books")
            .identifiedBy(Fresh::id)
            .nullable(Fresh::author)
            .keyValue("book:{id}", Blob.object())
            .build();

    private final MemoryStore source = new MemoryStore();
    private final MemoryStore cache = new MemoryStore();
    private final CachedStorage old = over(OLD);
    private final CachedStorage fresh = over(FRESH);

    private CachedStorage over(EntityType<?> type) {
        return CachedStorage.over(KvStorage.open(source, Catalog.of(type)), cache)
                .cache(type, CachePolicy.lasting(Duration.ofDays(1)))
                .open();
    }

    @Test
    void whatOneReleaseWritesTheOtherReadsAtOnce() {
        fresh.repository(FRESH).insert(new Fresh("a", "first", "Ann"));
        for (int i = 0; i < 2; i++) {
            assertThat(old.repository(OLD).find("a").orElseThrow().title()).isEqualTo("first");
            assertThat(fresh.repository(FRESH).find("a")).contains(new Fresh("a", "first", "Ann"));
        }
        old.repository(OLD)
                .update(new Old(
                        "a",
                        "second",
                        old.repository(OLD).find("a").orElseThrow().others()));
        assertThat(fresh.repository(FRESH).find("a")).contains(new Fresh("a", "second", "Ann"));
        fresh.repository(FRESH).update(new Fresh("a", "third", "Ann"));
        assertThat(old.repository(OLD).find("a").orElseThrow().title()).isEqualTo("third");
    }
}
