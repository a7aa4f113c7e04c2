package io.storeway.bench.blob;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Jackson by hand, with the engine's own get and put: it overwrites whatever is there. */
final class HandWrittenBlobs implements Blobs {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final ObjectReader READER = MAPPER.readerFor(Parcel.class);
    private static final ObjectWriter WRITER = MAPPER.writerFor(Parcel.class);

    private final BareEngine engine;

    HandWrittenBlobs(BareEngine engine) {
        this.engine = engine;
    }

    @Override
    public Parcel get(String id) {
        try {
            return READER.readValue(engine.get("parcel:" + id));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void put(Parcel parcel) {
        try {
            engine.put("parcel:" + parcel.id(), WRITER.writeValueAsBytes(parcel));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
