package io.storeway.sql.internal.dialect;

import io.storeway.Row;
import io.storeway.sql.internal.codec.ColumnCodec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The largest statement that MariaDB takes. A larger one would end the connection without a usable error.
 *
 * @param bytes the server's {@code max_allowed_packet}
 */
public record Packet(long bytes) {

    /** Assumed until a connection tells the real size. */
    public static final Packet UNKNOWN = new Packet(16L << 20);

    private static final int STATEMENT = 1_000;
    private static final int COLUMN = 300;
    private static final int VALUE = 40;
    private static final int BYTES_OF_CHAR = 3;
    private static final int SMALL = 10_000;

    /** Whether rows fit into one statement. Half of it is left free, so that this estimate needn't be exact. */
    boolean fit(Table table, List<Row> rows) {
        long size = statement(table);
        for (Row row : rows) {
            size += size(table, row);
        }
        return size <= bytes / 2;
    }

    /** Why a row has no room in a statement of its own, or null. */
    @Nullable
    String tooLarge(Table table, Row row) {
        long size = statement(table) + size(table, row);
        return size <= bytes
                ? null
                : "the record takes a statement of " + size + " bytes, and this server takes " + bytes
                        + "; make it smaller, or max_allowed_packet larger";
    }

    private static long statement(Table table) {
        return STATEMENT + (long) COLUMN * table.columns().size();
    }

    private static long size(Table table, Row row) {
        long size = 0;
        for (int i = 0; i < table.columns().size(); i++) {
            size += VALUE + size(table.encoded(row, i));
        }
        return size;
    }

    /** An upper estimate of the bytes that an encoded value takes. */
    public static long size(@Nullable Object encoded) {
        int length = ColumnCodec.length(encoded);
        if (length <= SMALL) {
            return 2L * BYTES_OF_CHAR * length;
        }
        return encoded instanceof byte[] bytes ? size(bytes) : size(String.valueOf(encoded));
    }

    private static long size(byte[] bytes) {
        long size = bytes.length;
        for (byte each : bytes) {
            size += escaped(each) ? 1 : 0;
        }
        return size;
    }

    private static long size(String text) {
        long size = text.length();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            size += escaped(c) ? 1 : c <= 0x7f ? 0 : c <= 0x7ff || Character.isSurrogate(c) ? 1 : 2;
        }
        return size;
    }

    /** Whether a driver that writes values into the statement's text escapes the character. */
    private static boolean escaped(int c) {
        return c == '\'' || c == '"' || c == '\\' || c == 0;
    }
}
