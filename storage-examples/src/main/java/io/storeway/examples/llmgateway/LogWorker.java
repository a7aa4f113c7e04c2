package io.storeway.examples.llmgateway;

import static io.storeway.examples.llmgateway.Organization.ORGANIZATIONS;
import static io.storeway.examples.llmgateway.RequestLog.LOG;

import io.storeway.Key;
import io.storeway.Repository;
import io.storeway.Storage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Moves logs from the queue in the key-value store to the table, and subtracts their cost from the organization's credits. Each
 * log is charged once: the unit of work that stores it also charges it, and only then it is deleted from the queue. If a
 * worker dies in between, the next one finds the log stored and only deletes it.
 */
final class LogWorker {

    private final Storage queue;
    private final Storage database;

    LogWorker(Storage queue, Storage database) {
        this.queue = queue;
        this.database = database;
    }

    /**
     * Moves the oldest logs.
     *
     * @return how many were deleted from the queue
     */
    int drain(int atMost) {
        Repository<RequestLog> waiting = queue.repository(LOG);
        List<RequestLog> batch = waiting.all()
                .orderBy(LOG.field(RequestLog::id).ascending())
                .allowScan()
                .limit(atMost)
                .list();
        if (batch.isEmpty()) {
            return 0;
        }
        List<Key> keys = batch.stream().map(log -> Key.of(log.id())).toList();
        database.transact(unit -> {
            List<@Nullable RequestLog> stored = unit.repository(LOG).findAll(keys);
            List<RequestLog> fresh = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++) {
                if (stored.get(i) == null) {
                    fresh.add(batch.get(i));
                }
            }
            unit.repository(LOG).insertAll(fresh);
            charge(unit.repository(ORGANIZATIONS), fresh);
            return fresh.size();
        });
        return waiting.deleteAll(keys);
    }

    private static void charge(Repository<Organization> organizations, List<RequestLog> logs) {
        Map<String, BigDecimal> costs = new TreeMap<>();
        logs.forEach(log -> costs.merge(log.organizationId(), log.cost(), BigDecimal::add));
        costs.forEach((id, cost) -> organizations
                .find(id)
                .ifPresent(payer -> organizations.update(new Organization(
                        payer.id(),
                        payer.name(),
                        payer.credits().subtract(cost),
                        payer.stripeCustomerId(),
                        payer.autoTopUp(),
                        payer.createdAt()))));
    }
}
