package farm.tilth.api.server;

import io.smallrye.mutiny.Uni;

/** One thing that a part of the coordinator tells anybody about the farm, as a field of {@code GET /api/v1/farm}. */
public interface FarmFact {
    /** The field's name: "feeBasisPoints". */
    String name();

    /** Its value at present; anything that is JSON. */
    Uni<?> value();
}
