package io.storeway;

import static org.assertj.core.api.Assertions.assertThat;

import io.storeway.spi.ContentIds;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class IdentitiesTest {

    private static final Instant NOW = Instant.ofEpochMilli(0x017F22E279B0L);

    record Trade(String owner, String id, String ticker, double price, int count) {}

    private static final EntityType<Trade> TRADES = EntityType.of(Trade.class)
            .named("trades")
            .partitionedBy(Trade::owner)
            .ordered()
            .identifiedBy(Trade::id)
            .keyValue(
                    "trades:{owner}",
                    Blob.<Trade>arrayOfObjects().contentId(Trade::id).at(Trade::count, "n"))
            .build();

    @Test
    void aTimeOrderedIdHoldsTheMillisecondTheVersionAndTheVariant() {
        UUID id = Identities.uuidV7(Clock.fixed(NOW, ZoneOffset.UTC), new Random(1))
                .get();
        assertThat(id.toString()).startsWith("017f22e2-79b0-7");
        assertThat(id.version()).isEqualTo(7);
        assertThat(id.variant()).isEqualTo(2);
    }

    @Test
    void idsGrowWithinAMillisecondAndWhenTheClockGoesBack() {
        List<Instant> times = new ArrayList<>(List.of(NOW, NOW, NOW.minusSeconds(60), NOW.plusMillis(1)));
        Clock clock = new Clock() {
            private int at;

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }

            @Override
            public Instant instant() {
                return times.get(at++ % times.size());
            }
        };
        Supplier<UUID> ids = Identities.uuidV7(clock, new Random(2));
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            made.add(ids.get().toString());
        }
        assertThat(made).isSorted().doesNotHaveDuplicates();
        assertThat(made).allMatch(id -> id.charAt(14) == '7' && "89ab".indexOf(id.charAt(19)) >= 0);
    }

    @Test
    void aMillisecondThatIsUsedUpBorrowsFromTheNext() {
        // All bits set, so that the first step overflows.
        Random ones = new Random() {
            private static final long serialVersionUID = 1L;

            @Override
            public long nextLong() {
                return -1;
            }
        };
        Supplier<UUID> ids = Identities.uuidV7(Clock.fixed(NOW, ZoneOffset.UTC), ones);
        UUID first = ids.get();
        UUID second = ids.get();
        assertThat(second.toString()).isGreaterThan(first.toString()).startsWith("017f22e2-79b1-7");
    }

    @Test
    void aContentIdIsTheHashThatItsDocumentationDescribes() throws Exception {
        Trade trade = new Trade("a:b", "any", "SPY", 0.5, 100);
        String lines = "a%3Ab\n{\"n\":1E+2,\"price\":0.5,\"ticker\":\"SPY\"}\n3";
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(lines.getBytes(StandardCharsets.UTF_8));
        assertThat(Identities.ofContent(TRADES, trade, 3))
                .isEqualTo(HexFormat.of().formatHex(hash, 0, 16));
    }

    @Test
    void aContentIdKeepsItsValueForever() {
        assertThat(Identities.ofContent(TRADES, new Trade("42", "", "SPY", 0.1, 1), 0))
                .isEqualTo("7f2e5b126508d73f86c5aa380212af69");
    }

    record Renamed(String owner, String id, String symbol, double price, int count) {}

    @Test
    void aContentIdStaysWhenAFieldOrItsMemberIsRenamed() {
        String id = Identities.ofContent(TRADES, new Trade("42", "", "SPY", 0.1, 1), 0);
        Renamed renamed = new Renamed("42", "", "SPY", 0.1, 1);
        assertThat(Identities.ofContent(renamed(blob -> blob.at(Renamed::symbol, "ticker")), renamed, 0))
                .isEqualTo(id);
        assertThat(Identities.ofContent(renamed(blob -> blob.formerlyAt(Renamed::symbol, "ticker")), renamed, 0))
                .isEqualTo(id);
    }

    private static EntityType<Renamed> renamed(UnaryOperator<Blob<Renamed>> how) {
        return EntityType.of(Renamed.class)
                .named("trades")
                .partitionedBy(Renamed::owner)
                .ordered()
                .identifiedBy(Renamed::id)
                .keyValue(
                        "trades:{owner}",
                        how.apply(Blob.<Renamed>arrayOfObjects()
                                .contentId(Renamed::id)
                                .at(Renamed::count, "n")))
                .build();
    }

    @Test
    void theNextIdCountsEqualContent() {
        ContentIds ids = new ContentIds(TRADES, Key.of("42"));
        Trade trade = new Trade("42", "", "SPY", 0.1, 1);
        Row row = TRADES.toRow(trade);
        assertThat(ids.next(row)).isEqualTo(Identities.ofContent(TRADES, trade, 0));
        assertThat(ids.next(row)).isEqualTo(Identities.ofContent(TRADES, trade, 1));
    }
}
