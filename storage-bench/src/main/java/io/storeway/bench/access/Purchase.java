package io.storeway.bench.access;

import io.storeway.bench.RandomText;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A record of about 600 bytes in nine columns; ten belong to each customer. */
public record Purchase(
        String id,
        String customer,
        String status,
        long placedAt,
        double total,
        int items,
        boolean paid,
        String address,
        String note) {

    static final int PURCHASES_PER_CUSTOMER = 10;

    private static final long START = 1_700_000_000_000L;

    static String id(int number) {
        return "order-%09d".formatted(number);
    }

    static String customer(int number) {
        return "customer-%06d".formatted(number / PURCHASES_PER_CUSTOMER);
    }

    static long placedAt(int number) {
        return START + 1_000L * number;
    }

    /** A version of the record with that number. The same arguments give the same record. */
    static Purchase of(int number, int version) {
        SplittableRandom random = new SplittableRandom(31L * number + version);
        return new Purchase(
                id(number),
                customer(number),
                number % 3 == 0 ? "open" : "shipped",
                placedAt(number),
                random.nextInt(100_000) / 100.0,
                random.nextInt(1, 20),
                version % 2 == 0,
                RandomText.of(random, 120),
                RandomText.of(random, 280));
    }

    static List<Purchase> of(int from, int count, int version) {
        List<Purchase> purchases = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            purchases.add(of(from + i, version));
        }
        return purchases;
    }
}
