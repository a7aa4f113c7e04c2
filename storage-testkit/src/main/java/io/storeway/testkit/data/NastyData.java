package io.storeway.testkit.data;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Values that storages are known to alter, to mix up or to fail on. Every list is fixed, so that a failure can be repeated;
 * {@link #text(SplittableRandom)} makes further texts from a seed.
 */
public final class NastyData {

    private static final List<String> TEXTS = List.of(
            "",
            " ",
            " a ",
            "a",
            "A",
            "a ",
            "ß",
            "ss",
            "é",
            "e\u0301",
            "ı",
            "i",
            "\u212a",
            "K",
            "\u0000",
            "a\u0000b",
            "\u0001",
            "\u007f",
            "\u0085",
            "\n\r\t",
            "\u2028",
            "'; DROP TABLE singles; --",
            "\" OR 1=1 --",
            "%_[x]*?\\",
            "a%",
            "a_",
            "${jndi:ldap://x}",
            "{\"a\":1}",
            "[]",
            "null",
            "true",
            "0",
            "1e3",
            "NaN",
            "\u202eabc",
            "\ufeffbom",
            "\ud83d\ude00",
            "\ud83d\ude01",
            "\ud83d\udc68\u200d\ud83d\udc69\u200d\ud83d\udc67",
            "\uffff",
            "\ue000",
            "\udbff\udfff",
            "٣٤",
            "..",
            "../x",
            "a/b",
            "a\\b",
            "con",
            ":",
            "a:b",
            "%3A",
            "a%3Ab",
            "__storeway");

    private static final List<String> INJECTIONS = List.of(
            "' OR '1'='1",
            "' OR 1=1 --",
            "'; DROP TABLE singles; --",
            "'); DELETE FROM singles; --",
            "\" OR \"\"=\"",
            "\"; DROP TABLE \"singles\"; --",
            "` OR 1=1 #",
            "' UNION SELECT name FROM sqlite_master --",
            "' UNION ALL SELECT NULL,NULL,NULL --",
            "1; ATTACH DATABASE 'x' AS y",
            "'||(SELECT 1)||'",
            "\\'; SELECT 1; --",
            "%27%20OR%201%3D1",
            "/*!50000 SELECT*/",
            "'/**/OR/**/1=1",
            "?",
            ":id",
            "$1",
            "{fn now()}",
            "{ts '2026-01-01'}",
            "\u02bc OR 1=1",
            "\uff07 OR 1=1",
            "*/ DROP TABLE singles /*",
            "\r\nFLUSHALL\r\n",
            "*1\r\n$8\r\nFLUSHALL\r\n",
            "\"] } }; return db.dropDatabase(); //",
            "[\"java.net.URL\",\"http://localhost\"]",
            "{\"@class\":\"java.lang.Object\"}");

    private static final int[] ALPHABET = {
        0, 9, 10, 13, ' ', '"', '\'', '%', ':', '\\', '_', '*', '[', ']', '{', '}', '0', 'a', 'A', 'z', 0x7f, 0x85,
        0xe9, 0x131, 0x301, 0x2028, 0xd7ff, 0xe000, 0xfeff, 0xffff, 0x10000, 0x1f600, 0x10ffff
    };

    private NastyData() {}

    /** Well-formed texts, short ones: cases, accents, spaces, controls, wild cards, quotes, emoji, and what looks like a number. */
    public static List<String> texts() {
        return TEXTS;
    }

    /** Texts that do harm where text is mistaken for code: SQL, commands, JSON with types. */
    public static List<String> injections() {
        return INJECTIONS;
    }

    /** Texts with an unpaired surrogate, which UTF-8 can't express. */
    public static List<String> malformedTexts() {
        return List.of("\ud800", "\udc00", "a\ud83d", "\ude00b", "\ude00\ud83d");
    }

    /** A text of that many characters, for tests of limits. It begins and ends with characters of its own, so that a cut shows. */
    public static String text(int length) {
        return length < 2 ? "<".repeat(length) : "<" + "x".repeat(length - 2) + ">";
    }

    /** A random well-formed text of at most 12 characters, many of which are special. */
    public static String text(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(13);
        for (int i = 0; i < length; i++) {
            text.appendCodePoint(ALPHABET[random.nextInt(ALPHABET.length)]);
        }
        return text.toString();
    }

    /** Whole numbers at the limits of int, long, and the whole numbers that a double holds exactly. */
    public static List<Long> longs() {
        return List.of(
                0L,
                1L,
                -1L,
                (long) Integer.MAX_VALUE,
                (long) Integer.MIN_VALUE,
                Integer.MAX_VALUE + 1L,
                (1L << 53) - 1,
                (1L << 53) + 1,
                -(1L << 53) - 1,
                Long.MAX_VALUE,
                Long.MIN_VALUE);
    }

    /** Finite doubles whose text is long, tiny or huge. */
    public static List<Double> doubles() {
        return List.of(
                0.0,
                0.1,
                1.0 / 3,
                Double.MIN_VALUE,
                -Double.MIN_VALUE,
                Double.MIN_NORMAL,
                Double.MAX_VALUE,
                -Double.MAX_VALUE,
                -1e-300,
                1e15,
                1e16,
                9007199254740992.0,
                66.0285714285714,
                83.0);
    }

    /** Decimals that a double can't hold, that are equal and look different, or that are far from zero. */
    public static List<BigDecimal> decimals() {
        return List.of(
                new BigDecimal("0"),
                new BigDecimal("0.00"),
                new BigDecimal("1.1"),
                new BigDecimal("1.10"),
                new BigDecimal("-0.0001"),
                new BigDecimal("12345678901234567890.123456789"),
                new BigDecimal("99999999999999.9999"),
                new BigDecimal("1E+400"),
                new BigDecimal("1E-400"));
    }

    /** Instants before the epoch, in a gap of summer time, beyond 2038, and at the ends of the four-digit years. */
    public static List<Instant> instants() {
        return List.of(
                Instant.EPOCH,
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                Instant.parse("0001-01-01T00:00:00Z"),
                Instant.parse("1582-10-10T12:00:00Z"),
                Instant.parse("2026-03-29T01:30:00Z"),
                Instant.parse("2038-01-19T03:14:08Z"),
                Instant.parse("2040-02-29T00:00:00.000001Z"),
                Instant.parse("9999-12-31T23:59:59.999999Z"));
    }

    /** Days at the ends of the four-digit years, of February, and in the days that the Gregorian calendar left out. */
    public static List<LocalDate> dates() {
        return List.of(
                LocalDate.of(1, 1, 1),
                LocalDate.of(1582, 10, 10),
                LocalDate.of(1900, 2, 28),
                LocalDate.of(2000, 2, 29),
                LocalDate.of(2024, 2, 29),
                LocalDate.of(9999, 12, 31));
    }

    /** Bytes that are not valid JSON, or that lenient readers alter, by the name of what is wrong. */
    public static Map<String, byte[]> brokenJson() {
        Map<String, byte[]> broken = new TreeMap<>();
        broken.put("empty", new byte[0]);
        broken.put("truncated object", utf8("{\"a\":1"));
        broken.put("truncated text", utf8("{\"a\":\"x"));
        broken.put("repeated name", utf8("{\"a\":1,\"a\":2}"));
        broken.put("trailing text", utf8("{\"a\":1} x"));
        broken.put("second value", utf8("{\"a\":1}{\"a\":2}"));
        broken.put("trailing comma", utf8("[1,]"));
        broken.put("comment", utf8("/* c */{\"a\":1}"));
        broken.put("single quotes", utf8("{'a':1}"));
        broken.put("no quotes", utf8("{a:1}"));
        broken.put("not a number", utf8("{\"a\":NaN}"));
        broken.put("leading zero", utf8("{\"a\":01}"));
        broken.put("raw control character", utf8("{\"a\":\"\n\"}"));
        broken.put("lone surrogate", utf8("{\"a\":\"\\ud800\"}"));
        broken.put("overlong zero", new byte[] {'"', (byte) 0xc0, (byte) 0x80, '"'});
        broken.put("cut character", new byte[] {'"', (byte) 0xe2, (byte) 0x82, '"'});
        broken.put("surrogate in UTF-8", new byte[] {'"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"'});
        broken.put("UTF-16", "{\"a\":1}".getBytes(StandardCharsets.UTF_16));
        broken.put("deep", utf8("[".repeat(100_000)));
        return broken;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** All texts and injections except the empty text, for use as ids: a careless storage mixes some of them up. */
    public static List<String> ids() {
        return Stream.concat(TEXTS.stream(), INJECTIONS.stream())
                .filter(id -> !id.isEmpty())
                .distinct()
                .toList();
    }
}
