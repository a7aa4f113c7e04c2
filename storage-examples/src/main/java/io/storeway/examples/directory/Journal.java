package io.storeway.examples.directory;

import io.storeway.spi.KeyValueStore.Write;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of writes: all those of a commit, or the latest one of a key.
 *
 * @param version the number of the commit
 * @param writes what it wrote
 */
record Journal(long version, List<Write> writes) {

    /** The length that stands for null. */
    private static final int ABSENT = -1;

    /** Writes a temporary file and renames it, so that the file is there completely or not at all. */
    void write(Path file) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(beside))) {
            out.writeLong(version);
            out.writeInt(writes.size());
            for (Write write : writes) {
                bytes(out, write.key().getBytes(StandardCharsets.UTF_8));
                bytes(out, write.value());
                String metadata = write.metadata();
                bytes(out, metadata == null ? null : metadata.getBytes(StandardCharsets.UTF_8));
                Instant expiresAt = write.expiresAt();
                out.writeBoolean(expiresAt != null);
                if (expiresAt != null) {
                    out.writeLong(expiresAt.getEpochSecond());
                    out.writeInt(expiresAt.getNano());
                }
            }
        }
        rename(beside, file);
    }

    static void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    static Journal read(Path file) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(file))) {
            long version = in.readLong();
            int count = in.readInt();
            List<Write> writes = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                byte[] key = bytes(in);
                byte[] value = bytes(in);
                byte[] metadata = bytes(in);
                Instant expiresAt = in.readBoolean() ? Instant.ofEpochSecond(in.readLong(), in.readInt()) : null;
                writes.add(new Write(text(key), value, metadata == null ? null : text(metadata), expiresAt));
            }
            return new Journal(version, writes);
        }
    }

    private static String text(byte @Nullable [] bytes) throws IOException {
        if (bytes == null) {
            throw new IOException("The file has an entry without a key");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static void bytes(DataOutputStream out, byte @Nullable [] bytes) throws IOException {
        out.writeInt(bytes == null ? ABSENT : bytes.length);
        if (bytes != null) {
            out.write(bytes);
        }
    }

    private static byte @Nullable [] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        return length == ABSENT ? null : in.readNBytes(length);
    }
}
