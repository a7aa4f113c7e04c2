package io.storeway.examples.feargreedbot;

import io.storeway.Json;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jspecify.annotations.Nullable;

/** Namespaces as the bot of old has written them, by chance. */
final class Chats {

    private static final List<String> TICKERS =
            List.of("SPY", "QQQ", "AAPL", "BRK.B", "ABR$D", "ACHR.W", "NA", "ON", "NAN", "ALL", "KEY");

    private Chats() {}

    /**
     * A chat with what it has.
     *
     * @param asNumber whether {@code chat_ids} has its id as a number
     */
    record Chat(
            String id,
            boolean asNumber,
            List<String> tickers,
            List<SignalExecution> executions,
            @Nullable ActivePosition position) {}

    /** One to six chats with different ids. */
    static Arbitrary<List<Chat>> some() {
        return chat().list().ofMinSize(1).ofMaxSize(6).uniqueElements(Chat::id);
    }

    static Arbitrary<String> ids() {
        return Arbitraries.longs().between(-1_010_000_000_000L, 9_999_999_999L).map(String::valueOf);
    }

    static Arbitrary<String> tickers() {
        return Arbitraries.of(TICKERS);
    }

    static Arbitrary<SignalExecution> executions() {
        return Combinators.combine(
                        Arbitraries.of(SignalType.class),
                        tickers(),
                        prices(),
                        Arbitraries.longs().between(1_360_000_000_000L, 1_760_000_000_000L),
                        prices().injectNull(0.3))
                .as((signal, ticker, price, at, signalPrice) ->
                        new SignalExecution(signal, ticker, price, Instant.ofEpochMilli(at), signalPrice));
    }

    static Arbitrary<Double> prices() {
        return Arbitraries.doubles().between(0.01, 100_000).ofScale(4);
    }

    private static Arbitrary<Chat> chat() {
        Arbitrary<List<SignalExecution>> histories = executions()
                .list()
                .ofMaxSize(4)
                .flatMap(history -> Arbitraries.of(true, false).map(twice -> twice ? twice(history) : history));
        Arbitrary<ActivePosition> positions =
                Combinators.combine(tickers(), prices()).as(ActivePosition::new);
        return Combinators.combine(
                        ids(),
                        Arbitraries.of(true, false),
                        tickers().list().ofMaxSize(5).uniqueElements(),
                        histories,
                        positions.injectNull(0.3))
                .as(Chat::new);
    }

    /** A history may hold the same execution twice. */
    private static List<SignalExecution> twice(List<SignalExecution> history) {
        return Stream.concat(history.stream(), history.stream().limit(1)).toList();
    }

    /** The entries of a namespace that holds these chats, all of them subscribed. */
    static Map<String, String> namespace(List<Chat> chats) {
        Map<String, String> entries = new LinkedHashMap<>();
        entries.put(
                "chat_ids",
                chats.stream()
                        .map(chat -> chat.asNumber() ? chat.id() : "\"" + chat.id() + "\"")
                        .collect(Collectors.joining(",", "[", "]")));
        for (Chat chat : chats) {
            if (!chat.tickers().isEmpty()) {
                entries.put(
                        "watchlist:" + chat.id(),
                        new Json.Arr(chat.tickers().stream()
                                        .<Json>map(Json.Str::new)
                                        .toList())
                                .toString());
            }
            if (!chat.executions().isEmpty()) {
                entries.put(
                        "execution_history:" + chat.id(),
                        new Json.Arr(chat.executions().stream()
                                        .<Json>map(Chats::json)
                                        .toList())
                                .toString());
            }
            ActivePosition held = chat.position();
            if (held != null) {
                entries.put(
                        "active_position:" + chat.id(),
                        new Json.Obj(Map.of(
                                        "ticker", new Json.Str(held.ticker()), "entryPrice", number(held.entryPrice())))
                                .toString());
            }
        }
        return entries;
    }

    private static Json json(SignalExecution done) {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("signalType", new Json.Str(done.signalType().name()));
        members.put("ticker", new Json.Str(done.ticker()));
        members.put("executionPrice", number(done.executionPrice()));
        members.put(
                "executionDate",
                new Json.Num(BigDecimal.valueOf(done.executionDate().toEpochMilli())));
        Double signalPrice = done.signalPrice();
        if (signalPrice != null) {
            members.put("signalPrice", number(signalPrice));
        }
        return new Json.Obj(members);
    }

    private static Json.Num number(double value) {
        return new Json.Num(BigDecimal.valueOf(value));
    }
}
