package io.storeway.kv;

import io.storeway.Row;
import io.storeway.spi.Selection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/** Keeps the first rows of an order up to a limit, however many are offered. */
final class TopRows {

    private final Comparator<Row> order;
    private final int limit;
    private final Collection<Row> rows;

    TopRows(Selection selection) {
        this.order = selection.comparator();
        this.limit = selection.limit();
        this.rows = limit == Integer.MAX_VALUE ? new ArrayList<>() : new PriorityQueue<>(order.reversed());
    }

    void add(Row row) {
        rows.add(row);
        if (rows instanceof PriorityQueue<Row> queue && queue.size() > limit) {
            queue.remove();
        }
    }

    List<Row> sorted() {
        List<Row> sorted = new ArrayList<>(rows);
        sorted.sort(order);
        return sorted;
    }
}
