package io.storeway.examples.feargreedbot;

import java.util.List;

/** The chats that the bot writes to. */
public interface SubscriptionRepository {

    /** All chats, in the order in which they came. */
    List<String> getChatIds();

    /** Adds a chat; says whether it is new. */
    boolean addChatId(String chatId);

    /** Removes a chat with all that it has, at once; says whether it was there. */
    boolean removeChatId(String chatId);

    /** Whether the chat is there. */
    boolean chatIdExists(String chatId);
}
