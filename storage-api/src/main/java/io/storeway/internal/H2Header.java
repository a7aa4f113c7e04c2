package io.storeway.internal;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads from the header of a file of H2's MVStore whether it was closed properly. The header only changes with the first commit after the
 * next opening; so what it says holds only if H2 then finds the version that the header names.
 */
public final class H2Header {

    /** The size of a header. The file begins with two of them. */
    public static final int BYTES = 4096;

    private static final Pattern CLOSED = Pattern.compile(",clean:1,.*,version:([0-9a-f]+),");

    private H2Header() {}

    /** The version with which the file was closed properly, if the header, read as ISO 8859-1, says that it was. */
    public static OptionalLong versionClosed(String header) {
        Matcher version = CLOSED.matcher(header);
        return version.find() ? OptionalLong.of(Long.parseLong(version.group(1), 16)) : OptionalLong.empty();
    }
}
