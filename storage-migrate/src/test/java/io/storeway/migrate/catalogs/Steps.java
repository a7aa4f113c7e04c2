package io.storeway.migrate.catalogs;

import io.storeway.Catalog;
import io.storeway.Condition;
import io.storeway.EntityType;
import io.storeway.Field;
import io.storeway.FieldRef;
import io.storeway.FieldType;
import io.storeway.Key;
import io.storeway.Linked;
import io.storeway.Page;
import io.storeway.Query;
import io.storeway.Repository;
import io.storeway.Row;
import io.storeway.Sort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Random steps over a catalog: writes of every kind, alone and in units, and reads of every kind. */
final class Steps {

    private final CatalogSpec spec;
    private final Catalog catalog;
    private final Dice dice;

    Steps(CatalogSpec spec, Catalog catalog, Dice dice) {
        this.spec = spec;
        this.catalog = catalog;
        this.dice = dice;
    }

    List<Step> some(int count) {
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            steps.add(step());
        }
        return steps;
    }

    private Step step() {
        int which = dice.below(100);
        if (which < 3) {
            int seconds = dice.between(1, 2);
            return new Step("clock +" + seconds, place -> {
                place.clock().advance(Duration.ofSeconds(seconds));
                return "";
            });
        }
        if (which < 12) {
            List<Step> parts = new ArrayList<>();
            for (int i = dice.between(2, 4); i > 0; i--) {
                parts.add(dice.percent(75) ? write(dice.one(spec.types())) : read(dice.one(spec.types())));
            }
            return Step.unit(parts, dice.percent(20));
        }
        TypeSpec type = dice.one(spec.types());
        return which < 65 ? write(type) : read(type);
    }

    private Step write(TypeSpec type) {
        RecordMaker maker = new RecordMaker(type, catalog, dice);
        int which = dice.below(20);
        if (which == 0) {
            return on(maker, "purge", repository -> "" + repository.purgeExpired());
        }
        if (which == 1) {
            Key partition = maker.partition();
            return on(maker, "clear " + text(partition), repository -> {
                repository.partition(partition).clear();
                return "done";
            });
        }
        if (!maker.named() || (type.ordered() && which < 7)) {
            return inPartition(maker, which < 7 || maker.history());
        }
        if (which < 5) {
            return inPartition(maker, false);
        }
        if (which < 7) {
            List<Key> keys = new ArrayList<>();
            for (int i = dice.between(1, 3); i > 0; i--) {
                keys.add(maker.key());
            }
            return on(
                    maker,
                    "delete " + keys.stream().map(Steps::text).toList(),
                    repository ->
                            keys.size() == 1 ? "" + repository.delete(keys.get(0)) : "" + repository.deleteAll(keys));
        }
        // Whether unique values may be exchanged in one call differs between engines.
        boolean several = which < 12 || type.unique().isEmpty();
        List<Row> rows = maker.rows(several && dice.percent(40) ? 4 : 1);
        String given = Texts.ofRows(rows);
        if (which < 12) {
            return on(maker, "insert " + given, repository -> done(() -> repository.insertAll(rows)));
        }
        if (which < 15) {
            // A record that expires by the first of two updates in one call is not there for the second one.
            List<Row> updated = type.expiry() == null || type.version() == null ? rows : rows.subList(0, 1);
            return on(
                    maker,
                    "update " + Texts.ofRows(updated),
                    repository -> Texts.ofRows(repository.updateAll(updated)));
        }
        return on(maker, "save " + given, repository -> done(() -> repository.saveAll(rows)));
    }

    private Step inPartition(RecordMaker maker, boolean append) {
        Key partition = maker.partition();
        boolean appended = append && maker.type().position().isPresent();
        boolean single = maker.type().identity().isEmpty();
        List<Row> rows = maker.rowsIn(partition, appended ? 1 : 0, single ? 1 : 4);
        String given = text(partition) + " " + Texts.ofRows(rows);
        return appended
                ? on(
                        maker,
                        "append " + given,
                        repository ->
                                Texts.ofRows(repository.partition(partition).appendAll(rows)))
                : on(
                        maker,
                        "replace " + given,
                        repository -> done(() -> repository.partition(partition).replace(rows)));
    }

    private Step read(TypeSpec type) {
        RecordMaker maker = new RecordMaker(type, catalog, dice);
        int which = dice.below(10);
        if (which == 0 && maker.named()) {
            List<Key> keys = new ArrayList<>();
            for (int i = dice.between(1, 4); i > 0; i--) {
                keys.add(maker.key());
            }
            return on(
                    maker,
                    "find " + keys.stream().map(Steps::text).toList(),
                    repository -> Texts.ofRows(repository.findAll(keys)));
        }
        Conditions conditions = new Conditions(type, maker.type(), dice);
        @Nullable Key partition = dice.percent(30) ? maker.partition() : null;
        @Nullable Condition<Row> condition = dice.percent(80) ? conditions.any(2) : null;
        List<Sort<Row>> order = conditions.order();
        int limit = dice.percent(50) ? dice.between(1, 4) : Integer.MAX_VALUE;
        Function<Repository<Row>, Query<Row>> query = repository -> {
            Query<Row> all = partition == null
                    ? repository.all().allowScan()
                    : repository.partition(partition).query();
            Query<Row> where = condition == null ? all : all.where(condition);
            return where.orderBy(order).limit(limit);
        };
        String asked = (partition == null ? "" : "in " + text(partition) + " ") + conditions.text() + " limit " + limit;
        if (which < 4) {
            return on(
                    maker,
                    "list " + asked,
                    repository -> Texts.ofRows(query.apply(repository).list()));
        }
        if (which == 4) {
            return on(
                    maker,
                    "count " + asked,
                    repository -> "" + query.apply(repository).count());
        }
        if (which == 5) {
            Field<Row, ?> field = dice.one(maker.type().fields());
            boolean countable = field.type().ordered() && field.type().kind() != FieldType.Kind.BYTES;
            if (countable && !field.name().equals(EntityType.POSITION)) {
                return on(
                        maker,
                        "count by " + field.name() + " " + asked,
                        repository -> query.apply(repository).countBy(field).entrySet().stream()
                                .map(each -> Texts.of(each.getKey()) + "=" + each.getValue())
                                .collect(Collectors.joining(", ")));
            }
        }
        if (which == 6 && !type.references().isEmpty()) {
            TypeSpec.Link link = dice.one(type.references());
            EntityType<Row> target = RecordMaker.typeOf(catalog, link.target());
            return on(
                    maker,
                    "with " + link.field() + " " + asked,
                    repository -> query.apply(repository).with(FieldRef.named(link.field()), target).list().stream()
                            .map(Steps::text)
                            .collect(Collectors.joining(" ")));
        }
        Duration between = Duration.ofSeconds(dice.percent(20) ? 1 : 0);
        return new Step(
                type.name() + ": pages every " + between + " " + asked,
                place -> pages(
                        query.apply(place.repository(maker.type())),
                        () -> place.clock().advance(between)));
    }

    private static String text(Linked<Row, Row> linked) {
        return Texts.of(linked.item()) + "->" + (linked.target() == null ? "-" : Texts.of(linked.target()));
    }

    /** All pages forward, then from the last one back, with what happens before each. */
    private static String pages(Query<Row> query, Runnable before) {
        StringBuilder text = new StringBuilder();
        @Nullable String cursor = null;
        @Nullable String back = null;
        for (int i = 0; i < 30; i++) {
            before.run();
            Page<Row> page = query.after(cursor).page();
            text.append(Texts.ofRows(page.items()));
            back = page.previous();
            cursor = page.next();
            if (cursor == null) {
                break;
            }
        }
        text.append(" back ");
        for (int i = 0; i < 30 && back != null; i++) {
            before.run();
            Page<Row> page = query.before(back).page();
            text.append(Texts.ofRows(page.items()));
            back = page.previous();
        }
        return text.toString();
    }

    private static Step on(RecordMaker maker, String text, Function<Repository<Row>, String> action) {
        return new Step(maker.type().name() + ": " + text, place -> action.apply(place.repository(maker.type())));
    }

    private static String done(Runnable write) {
        write.run();
        return "done";
    }

    private static String text(Key key) {
        return Texts.of(key.values());
    }

    /** Everything that a storage holds, in order. */
    static String content(Step.Place place, Catalog catalog) {
        StringBuilder text = new StringBuilder();
        for (EntityType<?> each : catalog.types()) {
            EntityType<Row> type = RecordMaker.typeOf(catalog, each.name());
            Repository<Row> repository = place.repository(type);
            List<Row> all = repository.all().allowScan().list();
            text.append(type.name()).append(' ').append(Texts.ofRows(all)).append(System.lineSeparator());
            if (type.position().isPresent()) {
                all.stream()
                        .map(row -> row.key(type.partitionKey()))
                        .distinct()
                        .forEach(partition -> text.append("  ")
                                .append(text(partition))
                                .append(Texts.ofRows(
                                        repository.partition(partition).list()))
                                .append(System.lineSeparator()));
            }
        }
        return text.toString();
    }
}
