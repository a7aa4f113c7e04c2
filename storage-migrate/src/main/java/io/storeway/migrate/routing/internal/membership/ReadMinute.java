package io.storeway.migrate.routing.internal.membership;

import java.util.stream.LongStream;

/**
 * The reads of one minute.
 *
 * @param minute minutes since 1970
 * @param old reads of the old storage
 * @param fresh reads of the new storage
 */
public record ReadMinute(long minute, Reads old, Reads fresh) {

    /**
     * The reads of one side.
     *
     * @param calls how many there were
     * @param failed how many of them failed
     * @param slow how many of them took longer than a read may
     */
    public record Reads(long calls, long failed, long slow) {

        static final Reads NONE = new Reads(0, 0, 0);

        Reads plus(Reads more) {
            return new Reads(calls + more.calls, failed + more.failed, slow + more.slow);
        }

        public double failedPercent() {
            return calls == 0 ? 0 : 100.0 * failed / calls;
        }

        public double slowPercent() {
            return calls == 0 ? 0 : 100.0 * slow / calls;
        }
    }

    public ReadMinute plus(ReadMinute more) {
        return new ReadMinute(minute, old.plus(more.old), fresh.plus(more.fresh));
    }

    /** Seven numbers with spaces between, as an instance keeps them in the control storage. */
    String text() {
        return String.join(
                " ",
                LongStream.of(
                                minute,
                                old.calls(),
                                old.failed(),
                                old.slow(),
                                fresh.calls(),
                                fresh.failed(),
                                fresh.slow())
                        .mapToObj(Long::toString)
                        .toList());
    }

    public static ReadMinute parse(String text) {
        String[] numbers = text.split(" ", -1);
        long[] n = new long[7];
        for (int i = 0; i < n.length; i++) {
            n[i] = Long.parseLong(numbers[i]);
        }
        return new ReadMinute(n[0], new Reads(n[1], n[2], n[3]), new Reads(n[4], n[5], n[6]));
    }
}
