package io.storeway.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.storeway.error.InvalidValueException;
import io.storeway.kv.internal.EntryCodec;
import io.storeway.kv.internal.Keys;
import io.storeway.spi.KeyValueStore.Entry;
import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The bytes of an entry, which files of every release hold, and what may be a key of one. */
class EntryCodecTest {

    private static final Instant LATE = Instant.ofEpochSecond(-1, 999_999_999);

    private static void assertKept(@Nullable String metadata, @Nullable Instant expiresAt, String hex) {
        byte[] value = {0, 1, -1};
        byte[] stored = EntryCodec.encode(new Write("k", value, metadata, expiresAt), value, 0x0102);
        assertThat(HexFormat.of().formatHex(stored)).isEqualTo(hex);
        Entry entry = EntryCodec.decode("k", stored);
        assertThat(entry.key()).isEqualTo("k");
        assertThat(entry.value()).containsExactly(value);
        assertThat(entry.metadata()).isEqualTo(metadata);
        assertThat(entry.expiresAt()).isEqualTo(expiresAt);
        assertThat(entry.version()).isEqualTo(0x0102);
        assertThat(EntryCodec.version(stored)).isEqualTo(0x0102);
    }

    @Test
    void theLayoutOfTheBytesStaysAsItIs() {
        assertKept(null, null, "0000000000000102" + "00" + "0001ff");
        assertKept(null, LATE, "0000000000000102" + "01" + "ffffffffffffffff3b9ac9ff" + "0001ff");
        assertKept("é", null, "0000000000000102" + "02" + "00000002c3a9" + "0001ff");
        assertKept("", LATE, "0000000000000102" + "03" + "ffffffffffffffff3b9ac9ff" + "00000000" + "0001ff");
    }

    @Test
    void whereNothingIsThereIsNoVersion() {
        assertThat(EntryCodec.version(null)).isZero();
    }

    @Test
    void aKeyHasUpTo2048BytesOfUtf8() {
        assertThat(Keys.fault("k")).isEmpty();
        assertThat(Keys.fault("k".repeat(2_048))).isEmpty();
        assertThat(Keys.fault("é".repeat(1_024))).isEmpty();
        assertThat(Keys.fault("k".repeat(2_049))).contains("at most 2048 bytes", "2049");
        assertThat(Keys.fault("é".repeat(1_024) + "k")).contains("2049");
        assertThat(Keys.fault("€".repeat(683))).contains("2049");
        assertThat(Keys.fault("")).contains("not empty");
        assertThat(Keys.fault("a\ud800b")).contains("unpaired surrogate");
        assertThat(Keys.malformed("😀")).isFalse();
    }

    @Test
    void keysAreOrderedByTheirBytes() {
        assertThat(Stream.of("b", "a", "\ud83d\ude00", "\uffee", "é").sorted(Keys.ORDER))
                .containsExactly("a", "b", "é", "\uffee", "\ud83d\ude00");
    }

    @Test
    void whatNoEntryCanHoldIsRefusedBeforeAnyEffect() {
        byte[] value = "v".getBytes(StandardCharsets.UTF_8);
        Keys.check(List.of(new Write("k", value, "fine", null), new Write("k", null, null, null)), "test");
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> Keys.check(List.of(new Write("", value, null, null)), "test"))
                .satisfies(e -> assertThat(e.where()).isEqualTo("key"));
        assertThatExceptionOfType(InvalidValueException.class)
                .isThrownBy(() -> Keys.check(List.of(new Write("k", value, "\udc00", null)), "test"))
                .satisfies(e -> assertThat(e.where()).isEqualTo("metadata"));
    }
}
