package io.storeway.bench;

import io.storeway.bench.Orders.Order;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Orders one after the other, scattered over all of them and each as often as any other. Used by one thread. */
public final class OrderRound {

    /** As many as there are to be in a round; it has no divisor in common with {@link #STEP}. */
    public static final int RECORDS = 10_000;

    private static final int STEP = 7_919;

    private final List<Order> orders = Orders.some(RECORDS);
    private final List<byte[]> ids = orders.stream()
            .map(order -> order.id().getBytes(StandardCharsets.ISO_8859_1))
            .toList();
    private int turn;

    /** All of them. */
    public List<Order> all() {
        return orders;
    }

    /** The next one. */
    public Order next() {
        turn++;
        return orders.get(Math.floorMod(turn * STEP, RECORDS));
    }

    /** The key of the next one, as a text made now, as a request brings it. */
    public String nextId() {
        turn++;
        return new String(ids.get(Math.floorMod(turn * STEP, RECORDS)), StandardCharsets.ISO_8859_1);
    }

    /** The next one, different from what it was in every round before. */
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
