package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KeyTest {

    private static final EntityType<Row> PAIRS = EntityType.ofRows("pairs")
            .field("left", FieldType.TEXT)
            .field("right", FieldType.TEXT)
            .identifiedBy(FieldRef.named("left"), FieldRef.named("right"))
            .build();

    @Test
    void idsWithColonsGiveDifferentTextsThatReadBack() {
        Key one = Key.of("x:y", "z");
        Key other = Key.of("x", "y:z");
        assertThat(one.text(PAIRS.key())).isNotEqualTo(other.text(PAIRS.key()));
        assertThat(Key.parse(one.text(PAIRS.key()), PAIRS.key())).isEqualTo(one);
        assertThat(Key.parse(other.text(PAIRS.key()), PAIRS.key())).isEqualTo(other);
    }

    @Test
    void keysOfEqualBytesAreEqual() {
        Key key = Key.of("a", new byte[] {1, 2});
        assertThat(key).isEqualTo(Key.of("a", new byte[] {1, 2})).hasSameHashCodeAs(Key.of("a", new byte[] {1, 2}));
        assertThat(key).isNotEqualTo(Key.of("a", new byte[] {1, 3})).isNotEqualTo(Key.of("a"));
    }
}
