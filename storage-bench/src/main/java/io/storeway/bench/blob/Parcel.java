package io.storeway.bench.blob;

import io.storeway.bench.RandomText;
import java.util.SplittableRandom;

/** A record of about 600 bytes as JSON, in nine members. */
public record Parcel(
        String id,
        String customer,
        String status,
        long sentAt,
        double weight,
        int items,
        boolean paid,
        String address,
        String note) {

    private static final long START = 1_700_000_000_000L;

    /** A version of the record with that number. The same arguments give the same record. */
    static Parcel of(int number, int version) {
        SplittableRandom random = new SplittableRandom(31L * number + version);
        return new Parcel(
                "parcel-%09d".formatted(number),
                "customer-%06d".formatted(number / 10),
                number % 3 == 0 ? "open" : "sent",
                START + 1_000L * number,
                random.nextInt(100_000) / 100.0,
                random.nextInt(1, 20),
                version % 2 == 0,
                RandomText.of(random, 120),
                RandomText.of(random, 280));
    }
}
