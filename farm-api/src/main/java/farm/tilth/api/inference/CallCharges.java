package farm.tilth.api.inference;

import farm.tilth.protocol.Digest;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.UUID;

/**
 * The money of online calls, as this package needs it. Every step is safe to repeat; the lists travel in one
 * transaction each.
 */
public interface CallCharges {
    /**
     * A customer's call.
     *
     * @param ceilingUnits the most work units that it can have
     */
    record Charge(UUID call, UUID account, long ceilingUnits) {}

    /** What a worker did for a call. */
    record Work(Charge charge, Digest worker, long workUnits) {}

    /** Keeps each call's ceiling; true for those whose account can pay it. Calls that are held already stay held. */
    Uni<List<Boolean>> hold(List<Charge> charges);

    /** Pays the workers for calls that were answered and audited, and frees the rest of what was held. */
    Uni<Void> pay(List<Work> works);

    /** Frees what was held for calls that were not answered, or whose answers were found wrong. */
    Uni<Void> release(List<Charge> charges);
}
