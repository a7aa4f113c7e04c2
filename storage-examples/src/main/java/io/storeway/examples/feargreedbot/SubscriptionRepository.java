package io.storeway.examples.feargreedbot;

import java.util.List;

/** The chats that the bot writes to. */
public interface SubscriptionRepository {

    /** All chats, in the order in which they came. */
    List<String> getChatIds();

    /** Adds a chat and returns whether it is new. */
    boolean addChatId(String chatId);

    /** Removes a chat and all its records, all or nothing. Returns whether it was there. */
    boolean removeChatId(String chatId);

    /** Whether the chat is subscribed. */
    boolean chatIdExists(String chatId);
}
