package io.storeway.kv.cloudflare;

import io.storeway.Json;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/** Finds JSON that an engine would change which keeps numbers as doubles and sorts members whose names are numbers. */
final class LossyJson {

    private static final BigDecimal EXACT = BigDecimal.valueOf(1L << 53);
    private static final Pattern INDEX = Pattern.compile("0|[1-9][0-9]{0,9}");

    private LossyJson() {}

    /** What would be changed, or an empty text. */
    static String alteration(Json json) {
        if (json instanceof Json.Num number) {
            return exact(number.value())
                    ? ""
                    : "the service keeps numbers as doubles, and this one has other digits then";
        }
        if (json instanceof Json.Obj object) {
            List<String> names = List.copyOf(object.members().keySet());
            if (names.stream().anyMatch(name -> INDEX.matcher(name).matches())) {
                return "the service reorders members whose names are numbers";
            }
            return first(List.copyOf(object.members().values()));
        }
        return json instanceof Json.Arr array ? first(array.items()) : "";
    }

    private static String first(List<Json> parts) {
        return parts.stream()
                .map(LossyJson::alteration)
                .filter(text -> !text.isEmpty())
                .findFirst()
                .orElse("");
    }

    /** Whether a number is an integer or plain decimal that is the shortest form of its double. */
    private static boolean exact(BigDecimal number) {
        if (number.abs().compareTo(EXACT) > 0) {
            return false;
        }
        String plain = number.toString();
        if (number.scale() == 0) {
            return true;
        }
        boolean small = number.abs().compareTo(new BigDecimal("0.000001")) < 0;
        BigDecimal shortest = new BigDecimal(Double.toString(number.doubleValue())).stripTrailingZeros();
        return !small && number.scale() > 0 && shortest.toPlainString().equals(plain);
    }
}
