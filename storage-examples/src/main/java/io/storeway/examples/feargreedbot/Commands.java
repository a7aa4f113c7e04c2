package io.storeway.examples.feargreedbot;

import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.error.StorageException;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Answers the messages that people write to the bot. A failure is logged with its stack trace, and the chat is told whether
 * to try again. The messages of exceptions hold neither chat ids nor tickers, so nor does the log.
 */
public final class Commands {

    private static final String HELP = "/start /stop /watch TICKER /unwatch TICKER /watchlist /buy TICKER PRICE"
            + " /sell TICKER PRICE /position /history [TICKER]";

    private final Bot bot;
    private final System.Logger log;

    /** Answers for a bot. */
    public Commands(Bot bot, System.Logger log) {
        this.bot = bot;
        this.log = log;
    }

    /** The answer to a message. */
    public String answer(String chatId, String message) {
        List<String> words = List.of(message.strip().split("\\s+"));
        try {
            return run(chatId, words);
        } catch (ConstraintViolationException e) {
            log.log(System.Logger.Level.WARNING, e.getMessage(), e);
            return e.kind() == ConstraintKind.UNIQUE ? "You have that already." : "Send /start first.";
        } catch (StorageException e) {
            log.log(System.Logger.Level.ERROR, e.getMessage(), e);
            return e.retryable()
                    ? "That did not work. Please try again."
                    : "That did not work. We are looking into it.";
        }
    }

    /** Runs a command, which is told by its name and the number of its arguments. */
    private String run(String chatId, List<String> words) {
        return switch (words.get(0) + " " + (words.size() - 1)) {
            case "/start 0" -> bot.subscriptions().addChatId(chatId) ? "Welcome." : "You are subscribed.";
            case "/stop 0" -> bot.subscriptions().removeChatId(chatId) ? "Goodbye." : "You were not subscribed.";
            case "/watch 1" -> {
                bot.watchlists().addTicker(chatId, ticker(words));
                yield "Watching " + ticker(words) + ".";
            }
            case "/unwatch 1" -> {
                bot.watchlists().removeTicker(chatId, ticker(words));
                yield "No longer watching " + ticker(words) + ".";
            }
            case "/watchlist 0" -> listed(bot.watchlists().getWatchlist(chatId));
            case "/buy 2" -> execute(chatId, SignalType.BUY, words);
            case "/sell 2" -> execute(chatId, SignalType.SELL, words);
            case "/position 0" ->
                bot.positions()
                        .getActivePosition(chatId)
                        .map(held -> held.ticker() + " at " + held.entryPrice())
                        .orElse("Nothing.");
            case "/history 0" -> listed(lines(bot.executions().getExecutionHistory(chatId, null)));
            case "/history 1" -> listed(lines(bot.executions().getExecutionHistory(chatId, ticker(words))));
            default -> HELP;
        };
    }

    private String execute(String chatId, SignalType signal, List<String> words) {
        double price;
        try {
            price = Double.parseDouble(words.get(2));
        } catch (NumberFormatException e) {
            return words.get(2) + " is not a price.";
        }
        if (!(price > 0) || Double.isInfinite(price)) {
            return "A price must be greater than zero.";
        }
        bot.execute(chatId, signal, ticker(words), price, null);
        return signal + " " + ticker(words) + " at " + price + " recorded.";
    }

    private static String ticker(List<String> words) {
        return words.get(1).toUpperCase(Locale.ROOT);
    }

    private static List<String> lines(List<SignalExecution> history) {
        return history.stream()
                .map(done -> done.signalType() + " " + done.ticker() + " at " + done.executionPrice())
                .toList();
    }

    private static String listed(List<String> lines) {
        return lines.isEmpty() ? "Nothing." : lines.stream().collect(Collectors.joining(", "));
    }
}
