package io.storeway.internal;

import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the header of a file of H2's MVStore says of its last closing. The word stays there until the first commit after the next
 * opening is in the file, so it holds only if H2 finds the version that the header names.
 */
public final class H2Header {

    /** The first of the two places where the header stands. */
    public static final int BYTES = 4096;

    private static final Pattern CLOSED = Pattern.compile(",clean:1,.*,version:([0-9a-f]+),");

    private H2Header() {}

    /** The version at which the file was closed in order, if the header, as ISO 8859-1, says that it was. */
    public static OptionalLong versionClosed(String header) {
        Matcher version = CLOSED.matcher(header);
        return version.find() ? OptionalLong.of(Long.parseLong(version.group(1), 16)) : OptionalLong.empty();
    }
}
