package farm.tilth.api.inference;

import farm.tilth.protocol.Digest;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The money of online calls, as this package needs it. Every step is safe to repeat; the lists travel in one
 * transaction each.
 */
public interface CallCharges {
    /**
     * A customer's call.
     *
     * @param key the id of the key that it came with
     * @param ceilingUnits the most work units that it can have
     */
    record Charge(UUID call, UUID account, UUID key, long ceilingUnits) {}

    /** What a worker did for a call, and what shows that. */
    record Work(Charge charge, Digest worker, long workUnits, Optional<CallProof> proof) {
        Work(Charge charge, Digest worker, long workUnits) {
            this(charge, worker, workUnits, Optional.empty());
        }

        Work with(CallProof shown) {
            return new Work(charge, worker, workUnits, Optional.of(shown));
        }
    }

    /** What became of a call's ceiling. */
    enum Hold {
        HELD(""),
        NO_FUNDS("the account cannot pay for this call; ask the farm's operator for credit"),
        OVER_CAP("the jobs and calls of this key may not cost so much more in this month; ask the farm's operator for a"
                + " higher cap, or use another key");

        private final String advice;

        Hold(String advice) {
            this.advice = advice;
        }

        /** What the caller is told. */
        String advice() {
            return advice;
        }
    }

    /** Keeps each call's ceiling, or says why not. Calls that are held already stay held. */
    Uni<List<Hold>> hold(List<Charge> charges);

    /** Pays the workers for calls that were answered and audited, and frees the rest of what was held. */
    Uni<Void> pay(List<Work> works);

    /** Frees what was held for calls that were not answered, or whose answers were found wrong. */
    Uni<Void> release(List<Charge> charges);
}
