package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class JsonTextTest {

    @Test
    void aTreeIsWrittenWithoutSpaces() {
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("n", new Json.Num(new BigDecimal("1.50")));
        members.put("list", new Json.Arr(List.of(new Json.Bool(true), new Json.Null(), new Json.Str("a"))));
        members.put("none", new Json.Arr(List.of()));
        members.put("empty", new Json.Obj(Map.of()));
        assertThat(new Json.Obj(members))
                .hasToString("{\"n\":1.50,\"list\":[true,null,\"a\"],\"none\":[],\"empty\":{}}");
    }

    @Test
    void whatJsonForbidsInAStringIsEscaped() {
        assertThat(new Json.Str("a\"b\\c\nd\te\u001f f\u007fé😀"))
                .hasToString("\"a\\\"b\\\\c\\nd\\u0009e\\u001f f\u007fé😀\"");
    }

    @Test
    void aTreeHoldsNoNullBecauseItWouldComeBackAsAnotherValue() {
        for (ThrowingCallable tree : List.<ThrowingCallable>of(
                () -> new Json.Str(absent()),
                () -> new Json.Num(absent()),
                () -> new Json.Arr(Collections.singletonList(absent())),
                () -> new Json.Obj(Collections.singletonMap("a", absent())),
                () -> new Json.Obj(Collections.singletonMap(absent(), Json.NULL)))) {
            assertThatThrownBy(tree).isInstanceOf(NullPointerException.class).hasMessageContaining("Json.NULL");
        }
    }

    /** What a caller without a check of nullness may give. */
    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    private static <V> V absent() {
        return null;
    }
}
