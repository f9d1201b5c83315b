package farm.tilth.api.inference;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Who could not pay of late, for a second: whoever goes on calling does not keep the ledger from the others. Thread-safe. */
final class HoldRefusals {
    private static final int MOST = 10_000;
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final Map<UUID, Refusal> refusals = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Refusal> eldest) {
            return size() > MOST;
        }
    };

    private record Refusal(long ceiling, CallCharges.Hold why, long atNanos) {}

    /** Why a key's call of this ceiling is refused, when one of no higher ceiling was. */
    synchronized Optional<CallCharges.Hold> find(UUID key, long ceiling) {
        Refusal refusal = refusals.get(key);
        if (refusal != null && System.nanoTime() - refusal.atNanos() > FRESH_NANOS) {
            refusals.remove(key);
            return Optional.empty();
        }
        return Optional.ofNullable(refusal)
                .filter(known -> known.ceiling() <= ceiling)
                .map(Refusal::why);
    }

    synchronized void keep(UUID key, long ceiling, CallCharges.Hold why) {
        refusals.put(key, new Refusal(ceiling, why, System.nanoTime()));
    }
}
