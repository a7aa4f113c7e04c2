package io.storeway.examples.feargreedbot;

import static io.storeway.examples.feargreedbot.BotSchema.EXECUTIONS;
import static io.storeway.examples.feargreedbot.BotSchema.POSITIONS;
import static io.storeway.examples.feargreedbot.BotSchema.USERS;
import static io.storeway.examples.feargreedbot.BotSchema.WATCHLISTS;

import io.storeway.Storage;
import io.storeway.error.ConstraintKind;
import io.storeway.error.ConstraintViolationException;
import io.storeway.examples.feargreedbot.BotSchema.User;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/** Subscriptions in any storage. */
final class StoredSubscriptions implements SubscriptionRepository {

    private final Storage storage;
    private final Clock clock;

    StoredSubscriptions(Storage storage, Clock clock) {
        this.storage = storage;
        this.clock = clock;
    }

    @Override
    public List<String> getChatIds() {
        return storage.repository(USERS).partition().list().stream()
                .map(User::chatId)
                .toList();
    }

    @Override
    public boolean addChatId(String chatId) {
        Instant now = clock.instant();
        try {
            storage.repository(USERS).partition().append(new User(chatId, BotSchema.SUBSCRIBED, now, now));
            return true;
        } catch (ConstraintViolationException e) {
            if (e.kind() == ConstraintKind.UNIQUE) {
                return false;
            }
            throw e;
        }
    }

    /** Deletes the chat's records one type at a time, because references cascade only in a database. */
    @Override
    public boolean removeChatId(String chatId) {
        return storage.transact(unit -> {
            unit.repository(WATCHLISTS).partition(chatId).clear();
            unit.repository(EXECUTIONS).partition(chatId).clear();
            unit.repository(POSITIONS).delete(chatId);
            return unit.repository(USERS).delete(chatId);
        });
    }

    @Override
    public boolean chatIdExists(String chatId) {
        return storage.repository(USERS).exists(chatId);
    }
}
