package io.storeway.testkit.laws;

import io.storeway.spi.KeyValueStore.Write;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One command for a key-value store. It refers to keys and contents by numbers, so that it has a form as text: {@code
 * COMMIT(0.5,3.9)}.
 *
 * @param kind the operation
 * @param picks the keys and contents for it, each key once; a listing takes its prefix and limit from the first, a purge its time
 */
record StoreCommand(Kind kind, List<Pick> picks) {

    private static final Pattern TEXT = Pattern.compile("([A-Z_]+)\\(([0-9.,]+)\\)");
    private static final int MAX_COMMANDS = 30;
    private static final int MAX_PICKS = 4;
    private static final int CONTENTS = 60;

    /** Few keys, so that commands often meet the same one, and similar keys, which a careless store mixes up. */
    static final List<String> KEYS =
            List.of("a", "A", "a:b", "a%b", "a_b", "x", " x", "x ", "é", "e\u0301", "\uffee", "\ud83d\ude00");

    private static final List<String> PREFIXES = List.of("", "a", "a%", "a_", "a:", "A", "x", " ", "e", "nothing");

    /** The operations. STALE and UNMET ones expect a version that the key does not have. */
    enum Kind {
        PUT,
        PUT_ABSENT,
        PUT_VERSION,
        PUT_STALE,
        DELETE,
        DELETE_VERSION,
        DELETE_STALE,
        COMMIT,
        COMMIT_UNMET,
        GET,
        GET_ALL,
        LIST,
        PURGE;

        /** Whether it expects a version. */
        boolean conditional() {
            return switch (this) {
                case PUT_ABSENT, PUT_VERSION, PUT_STALE, DELETE_VERSION, DELETE_STALE, COMMIT_UNMET -> true;
                default -> false;
            };
        }
    }

    /** A key and a content by number. */
    record Pick(int key, int content) {

        String name() {
            return KEYS.get(key % KEYS.size());
        }

        /** The write of the content: some have no bytes, some metadata, some an expiry. */
        Write put() {
            byte[] value = content % 6 == 0 ? new byte[0] : ("v" + content).getBytes(StandardCharsets.UTF_8);
            String metadata = content % 3 == 0 ? "{\"n\":" + content + "}" : null;
            return new Write(name(), value, metadata, content % 4 == 0 ? time() : null);
        }

        /** A second around the time at which the laws begin. */
        Instant time() {
            return LawTypes.NOW.plusSeconds(content % 7 - 3);
        }

        @Override
        public String toString() {
            return key + "." + content;
        }
    }

    Pick first() {
        return picks.get(0);
    }

    /** The writes of a command. */
    List<Write> writes() {
        return switch (kind) {
            case DELETE, DELETE_VERSION, DELETE_STALE -> List.of(Write.delete(first().name()));
            case COMMIT, COMMIT_UNMET ->
                picks.stream()
                        .map(pick -> pick.content() % 5 == 0 ? Write.delete(pick.name()) : pick.put())
                        .toList();
            default -> List.of(first().put());
        };
    }

    String prefix() {
        return PREFIXES.get(first().key() % PREFIXES.size());
    }

    int limit() {
        return 1 + first().content() % 5;
    }

    /** A list of 1 to 30 commands. */
    static List<StoreCommand> random(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Kind[] kinds = Kind.values();
        return Stream.generate(() -> random(kinds[random.nextInt(kinds.length)], random))
                .limit(random.nextInt(1, MAX_COMMANDS + 1))
                .toList();
    }

    private static StoreCommand random(Kind kind, SplittableRandom random) {
        int count = switch (kind) {
            case COMMIT, COMMIT_UNMET, GET_ALL -> random.nextInt(1, MAX_PICKS + 1);
            default -> 1;
        };
        Map<Integer, Pick> picks = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int key = random.nextInt(KEYS.size());
            picks.put(key, new Pick(key, random.nextInt(CONTENTS)));
        }
        return new StoreCommand(kind, List.copyOf(picks.values()));
    }

    List<StoreCommand> smaller() {
        return Shortest.withoutOne(picks).stream()
                .map(fewer -> new StoreCommand(kind, fewer))
                .toList();
    }

    /** Parses commands that are separated by spaces. */
    static List<StoreCommand> parse(String text) {
        List<StoreCommand> commands = new ArrayList<>();
        for (String part : text.strip().split(" +", -1)) {
            Matcher matcher = TEXT.matcher(part);
            if (!matcher.matches()) {
                throw new IllegalArgumentException("Not a command: " + part + "; write for example PUT(0.5)");
            }
            List<Pick> picks = Stream.of(matcher.group(2).split(",", -1))
                    .map(pick -> pick.split("\\.", -1))
                    .map(pick -> new Pick(Integer.parseInt(pick[0]), Integer.parseInt(pick[1])))
                    .toList();
            commands.add(new StoreCommand(Kind.valueOf(matcher.group(1)), picks));
        }
        return commands;
    }

    static String text(List<StoreCommand> commands) {
        return commands.stream().map(StoreCommand::toString).collect(Collectors.joining(" "));
    }

    /** As people read it. */
    String described() {
        return switch (kind) {
            case LIST -> "LIST prefix '%s' by %d".formatted(prefix(), limit());
            case PURGE -> "PURGE at " + first().time();
            case GET, GET_ALL -> kind + " " + picks.stream().map(Pick::name).toList();
            default -> kind + " " + writes().stream().map(StoreModel::shown).toList();
        };
    }

    @Override
    public String toString() {
        return kind + picks.stream().map(Pick::toString).collect(Collectors.joining(",", "(", ")"));
    }
}
