package io.storeway.kv.cloudflare;

import io.storeway.Json;
import io.storeway.error.ErrorContext;
import io.storeway.error.InvalidValueException;
import io.storeway.error.StorageException;
import io.storeway.error.StorageUnavailableException;
import io.storeway.error.UnknownOutcomeException;
import io.storeway.internal.cloudflare.Reply;
import io.storeway.internal.cloudflare.RestApi;
import io.storeway.spi.KeyValueStore.Write;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Writes many keys by few requests. Each key is written independently; those that the service leaves undone are sent again. */
final class Bulk {

    private static final int ATTEMPTS = 5;
    private static final int BYTES_PER_ENTRY = 1_200;
    /** The bytes of JSON that a control character takes. */
    private static final int BYTES_PER_ESCAPE = 6;

    private final RestApi api;
    private final WritePace pace;

    Bulk(RestApi api, WritePace pace) {
        this.api = api;
        this.pace = pace;
    }

    /** Makes the writes; no two of them have the same key. */
    void run(List<Write> writes) {
        send(writes.stream().filter(write -> write.value() == null).toList(), "POST", "/bulk/delete");
        send(writes.stream().filter(write -> write.value() != null).toList(), "PUT", "/bulk");
    }

    private void send(List<Write> writes, String method, String route) {
        List<Write> part = new ArrayList<>();
        long bytes = 0;
        for (Write write : writes) {
            byte[] value = write.value();
            long more = (long) BYTES_PER_ENTRY + (value == null ? 0 : value.length);
            if (part.size() == Limits.KEYS_PER_WRITE || (!part.isEmpty() && bytes + more > Limits.BYTES_PER_WRITE)) {
                sendPart(part, method, route);
                part.clear();
                bytes = 0;
            }
            part.add(write);
            bytes += more;
        }
        if (!part.isEmpty()) {
            sendPart(part, method, route);
        }
    }

    private void sendPart(List<Write> part, String method, String route) {
        List<Write> left = List.copyOf(part);
        for (int attempt = 1; !left.isEmpty(); attempt++) {
            ErrorContext context = CloudflareKvStore.context("commit");
            pace.await(left.stream().map(Write::key).toList(), context);
            Json body = new Json.Arr(left.stream().map(Bulk::json).toList());
            Reply reply = api.send(Requests.write(method, route, body));
            if (reply.tooLarge()) {
                throw new InvalidValueException("request", "the service finds it too large", context, null);
            }
            Set<String> undone = undone(reply);
            left = left.stream().filter(write -> undone.contains(write.key())).toList();
            if (!left.isEmpty()
                    && (attempt == ATTEMPTS || Thread.currentThread().isInterrupted())) {
                throw undone(left.size(), part.size(), context);
            }
        }
    }

    /** The keys that were not written; even an answer that says success may name some. */
    private static Set<String> undone(Reply reply) {
        Set<String> undone = new HashSet<>();
        if (reply.result() instanceof Json.Obj result
                && result.members().get("unsuccessful_keys") instanceof Json.Arr keys) {
            for (Json key : keys.items()) {
                if (key instanceof Json.Str text) {
                    undone.add(text.value());
                }
            }
        }
        return undone;
    }

    private static StorageException undone(int left, int all, ErrorContext context) {
        String message = "The service left " + left + " of " + all + " writes undone, " + ATTEMPTS + " times";
        return left == all
                ? new StorageUnavailableException(message, context, null)
                : new UnknownOutcomeException(message + "; the others are done", context, null);
    }

    private static Json json(Write write) {
        byte[] value = write.value();
        if (value == null) {
            return new Json.Str(write.key());
        }
        Map<String, Json> members = new LinkedHashMap<>();
        members.put("key", new Json.Str(write.key()));
        String text = text(value);
        members.put("value", new Json.Str(text == null ? Base64.getEncoder().encodeToString(value) : text));
        if (text == null) {
            members.put("base64", new Json.Bool(true));
        }
        Instant expiresAt = write.expiresAt();
        if (expiresAt != null) {
            members.put("expiration", new Json.Num(BigDecimal.valueOf(expiresAt.getEpochSecond())));
        }
        if (write.metadata() != null) {
            members.put("metadata", Values.json(Objects.requireNonNull(write.metadata())));
        }
        return new Json.Obj(members);
    }

    /** The value as text, or null if it is not text, or if escapes would make it longer than base64 does. */
    private static @Nullable String text(byte[] value) {
        int escaped = 0;
        for (byte each : value) {
            escaped += each >= 0 && each < ' ' ? 1 : 0;
        }
        if (escaped > value.length / BYTES_PER_ESCAPE) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }
}
