package io.storeway.migrate.catalogs;

import io.storeway.FieldType;
import io.storeway.FieldType.Kind;
import io.storeway.layout.KeyValueLayout.Form;
import io.storeway.layout.KeyValueLayout.Shape;
import io.storeway.migrate.catalogs.FieldSpec.Place;
import io.storeway.migrate.catalogs.FieldSpec.Spot;
import java.time.Duration;
import java.util.List;

/** Thinks up where the records of a type lie: the template of its keys, and members, forms and former places of its fields. */
final class LayoutMaker {

    private final Dice dice;

    LayoutMaker(Dice dice) {
        this.dice = dice;
    }

    /** The type with a key template and with places for its fields. */
    TypeSpec laidOut(TypeSpec plain, int number) {
        List<String> variables = plain.shape() == Shape.OBJECT ? plain.identity() : plain.partition();
        boolean derived = plain.shape() != Shape.ARRAY_OF_SCALARS
                && plain.fields().stream().allMatch(field -> field.spot().equals(Spot.PLAIN))
                && dice.percent(15);
        if (derived) {
            return plain;
        }
        StringBuilder template = new StringBuilder(
                "k" + number + dice.one(List.of("", "%", " é", "*[x]?", "\\", "'\"", "//", "%3A", ".")));
        for (int i = 0; i < variables.size(); i++) {
            boolean last = i == variables.size() - 1;
            boolean raw = last && dice.percent(20);
            template.append(i == 0 ? dice.one(List.of(":", "", "::")) : dice.one(List.of(":", ":x:", ":%", ":é/")));
            template.append('{').append(variables.get(i)).append(raw ? "|raw}" : "}");
            if (last && !raw && dice.percent(20)) {
                template.append(":end");
            }
        }
        List<FieldSpec> fields = plain.fields().stream()
                .map(field -> plain.shape() == Shape.ARRAY_OF_SCALARS ? field : laidOut(field, variables))
                .toList();
        return new TypeSpec(
                plain.name(),
                fields,
                plain.partition(),
                plain.identity(),
                plain.onePartition(),
                plain.ordered(),
                plain.expiry(),
                plain.version(),
                plain.unique(),
                plain.references(),
                template.toString(),
                plain.shape(),
                plain.table(),
                plain.indexes(),
                plain.formerColumns());
    }

    private FieldSpec laidOut(FieldSpec field, List<String> variables) {
        if (field.spot().place() != Place.PLAIN) {
            return field;
        }
        boolean variable = variables.contains(field.name());
        if (variable && !dice.percent(15)) {
            return field;
        }
        String path =
                dice.percent(65) ? null : dice.one(List.of("n.", "n.m.", "\"q", " ", "é.", "$", "_")) + field.name();
        Form form = form(field.type(), dice);
        Duration plus = field.type().kind() == Kind.INSTANT && dice.percent(15) ? Duration.ofMinutes(5) : Duration.ZERO;
        String former = dice.percent(10) ? "former " + field.name() : null;
        return field.lying(new Spot(variable ? Place.ALSO_MEMBER : Place.PLAIN, path, former, form, plus));
    }

    static Form form(FieldType type, Dice dice) {
        if (dice.percent(70)) {
            return Form.NATURAL;
        }
        return switch (type.kind()) {
            case INTEGER, LONG, DECIMAL -> Form.STRING;
            case INSTANT -> dice.percent(50) ? Form.STRING : Form.ISO;
            default -> Form.NATURAL;
        };
    }
}
