package io.storeway.bench.blob;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Jackson by hand, with what a save by Storeway promises: members of the blob that no field names are kept, and concurrent
 * writes are not overwritten.
 */
final class GuardedBlobs implements Blobs {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final BareEngine engine;
    private final HandWrittenBlobs plain;

    GuardedBlobs(BareEngine engine) {
        this.engine = engine;
        this.plain = new HandWrittenBlobs(engine);
    }

    @Override
    public Parcel get(String id) {
        return plain.get(id);
    }

    @Override
    public void put(Parcel parcel) {
        engine.change("parcel:" + parcel.id(), before -> {
            try {
                ObjectNode blob = before == null ? MAPPER.createObjectNode() : (ObjectNode) MAPPER.readTree(before);
                blob.put("id", parcel.id())
                        .put("customer", parcel.customer())
                        .put("status", parcel.status())
                        .put("sentAt", parcel.sentAt())
                        .put("weight", parcel.weight())
                        .put("items", parcel.items())
                        .put("paid", parcel.paid())
                        .put("address", parcel.address())
                        .put("note", parcel.note());
                return MAPPER.writeValueAsBytes(blob);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    @Override
    public void close() {
        engine.close();
    }
}
