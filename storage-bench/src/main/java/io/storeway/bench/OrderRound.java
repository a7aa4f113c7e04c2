package io.storeway.bench;

import io.storeway.bench.Orders.Order;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Hands out orders in rounds: in each round every order once, in an order that is scattered over all of them. Used by one thread. */
public final class OrderRound {

    /** How many orders there are. */
    public static final int RECORDS = 10_000;

    /** Has no divisor in common with {@link #RECORDS}, so steps of this width meet every order once in a round. */
    private static final int STEP = 7_919;

    private final List<Order> orders = Orders.some(RECORDS);
    private final List<byte[]> ids = orders.stream()
            .map(order -> order.id().getBytes(StandardCharsets.ISO_8859_1))
            .toList();
    private int turn;

    /** All orders. */
    public List<Order> all() {
        return orders;
    }

    /** The next order. */
    public Order next() {
        turn++;
        return orders.get(Math.floorMod(turn * STEP, RECORDS));
    }

    /** The key of the next order as a new String object, as a request would bring it: its hash isn't computed yet. */
    public String nextId() {
        turn++;
        return new String(ids.get(Math.floorMod(turn * STEP, RECORDS)), StandardCharsets.ISO_8859_1);
    }

    /** The next order, with a content that it didn't have in any round before. */
    public Order changed() {
        Order order = next();
        return new Order(
                order.id(),
                order.customer(),
                order.status(),
                order.placedAt(),
                order.total(),
                turn,
                order.paid(),
                order.address(),
                order.note());
    }
}
