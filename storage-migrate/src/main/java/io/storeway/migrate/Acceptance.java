package io.storeway.migrate;

import io.storeway.Blob;
import io.storeway.EntityType;
import io.storeway.internal.Sha256;
import io.storeway.layout.KeyTemplate;
import io.storeway.spi.Residue;
import java.lang.invoke.MethodHandles;
import java.time.Instant;

/**
 * A durable statement that an item may stay residue. It holds for the item's present content only: one that changes is open again.
 *
 * @param id a hash of the item's place and content
 * @param entity the name of the entity type
 * @param partition the partition key as text
 * @param position the place in the partition, or {@link Residue#WHOLE}
 * @param reason why it may stay
 * @param by who said so
 * @param at when
 */
public record Acceptance(
        String id, String entity, String partition, int position, String reason, String by, Instant at) {

    private static final int ID_BYTES = 16;

    static final EntityType<Acceptance> TYPE = EntityType.of(Acceptance.class, MethodHandles.lookup())
            .named("storeway_acceptance")
            .identifiedBy(Acceptance::id)
            .keyValue(KeyTemplate.LISTED_PREFIX + "acceptance:{id}", Blob.object())
            .build();

    static Acceptance of(ResidueItem item, String reason, String by, Instant at) {
        return new Acceptance(
                id(item), item.entity(), item.partition(), item.residue().position(), reason, by, at);
    }

    /** The id of an item with its present content. */
    static String id(ResidueItem item) {
        Residue residue = item.residue();
        String text = String.join(
                "\n",
                item.entity(),
                item.partition(),
                Integer.toString(residue.position()),
                Long.toString(residue.fingerprint().high()),
                Long.toString(residue.fingerprint().low()));
        return Sha256.hex(text, ID_BYTES);
    }
}
