package io.storeway.migrate.routing.internal.reads;

import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.Key;
import io.storeway.migrate.routing.Stage;
import io.storeway.migrate.routing.internal.control.Side;
import io.storeway.migrate.routing.internal.control.StageRecord;
import io.storeway.migrate.routing.internal.control.Stages;
import io.storeway.migrate.routing.internal.membership.Member;
import io.storeway.migrate.routing.internal.membership.ReadHealth;
import io.storeway.migrate.routing.internal.membership.View;
import io.storeway.migrate.routing.internal.replication.PartitionId;
import io.storeway.migrate.routing.internal.replication.Sides;
import io.storeway.migrate.routing.internal.writes.Pending;
import io.storeway.spi.RowStore;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which side answers a read. Thread-safe; costs a field read where one side answers everything. */
public final class RoutedReads {

    private final Sides sides;
    private final Member member;
    private final Pending pending;
    private final ShadowReads shadow;
    private final ReadHealth health;
    private volatile Copied copied;

    public RoutedReads(Sides sides, Member member, Pending pending, ShadowReads shadow, ReadHealth health) {
        this.health = health;
        this.sides = sides;
        this.member = member;
        this.pending = pending;
        this.shadow = shadow;
        this.copied = Copied.of(member.view().record(), sides);
    }

    private Copied copied(StageRecord record) {
        Copied known = copied;
        if (known.epoch() != record.epoch()) {
            known = Copied.of(record, sides);
            copied = known;
        }
        return known;
    }

    /** Why this instance reads less from the new side than the stage says; empty if it doesn't. */
    public String note() {
        StageRecord record = member.view().record();
        List<String> missing = copied(record).missing();
        return record.reading() != Stage.READ_NEW || missing.isEmpty()
                ? ""
                : "no backfill has copied " + String.join(", ", missing)
                        + ", which this release declares; their types are read from the old storage until one has";
    }

    /** The route of one operation, for which the stage is read once. */
    Route route(EntityType<?> type) {
        return new Route(member.reading("read"), type);
    }

    RowStore rows(Side side, EntityType<?> type) {
        return sides.of(side).repository(type).rows();
    }

    /** The partitions of a type with something expired in them, on the side that decides now. */
    ExpiredPartitions expired(EntityType<?> type, Field<?, ?> expiry) {
        Side deciding =
                Stages.authority(member.reading("purge").record().reading()).orElse(Side.OLD);
        return new ExpiredPartitions(sides.of(deciding), type, expiry, sides.now());
    }

    /** From which side one operation reads one entity type. */
    final class Route {
        private final View view;
        private final EntityType<?> type;

        private Route(View view, EntityType<?> type) {
            this.view = view;
            this.type = type;
        }

        /** The side that answers every read, or null if that depends on the partition, or reads are compared or timed. */
        @Nullable
        Side single() {
            return switch (view.stage()) {
                case OFF, DUAL_WRITE -> Side.OLD;
                case RAMP_DOWN, COMPLETE -> Side.NEW;
                case SHADOW, READ_NEW, SWITCHING, LIVE -> null;
            };
        }

        /** The side for a read of one partition, which may be compared later. */
        Side side(Key partition) {
            Side only = single();
            if (only != null) {
                return only;
            }
            shadow.offer(view, type, partition);
            return view.reads(() -> partition.text(type.partitionKey())) == Side.NEW && !staysOld(partition)
                    ? Side.NEW
                    : Side.OLD;
        }

        /** Whether a partition of READ_NEW is read from the old side: the kill switch says so, or the new side may lack its write or a field. */
        private boolean staysOld(Key partition) {
            return view.record().reading() == Stage.READ_NEW
                    && (!readsNew() || (!pending.isEmpty() && pending.has(PartitionId.of(type, partition))));
        }

        private boolean readsNew() {
            return member.readsNew() && copied(view.record()).types().contains(type.name());
        }

        /** The side for a read across partitions. */
        Side across() {
            boolean decides = view.record().reading() != Stage.READ_NEW;
            return view.readsAcross() == Side.NEW && (decides || (readsNew() && pending.isEmpty()))
                    ? Side.NEW
                    : Side.OLD;
        }

        /** Asks a side; in the stages that compare the sides, notes how it went. */
        <R> R ask(Side side, Function<? super RowStore, ? extends R> question) {
            return single() == null
                    ? health.watch(side, () -> question.apply(rows(side, type)))
                    : question.apply(rows(side, type));
        }
    }
}
