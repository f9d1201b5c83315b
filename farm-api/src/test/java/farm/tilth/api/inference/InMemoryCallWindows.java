package farm.tilth.api.inference;

import farm.tilth.ledger.escrow.CallWindow;
import farm.tilth.protocol.result.CallReceipt;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The windows of one key, which may have a cap. */
final class InMemoryCallWindows implements CallWindows {
    private final Map<UUID, Long> costs = new HashMap<>();
    private long cap = Long.MAX_VALUE;

    void cap(long most) {
        cap = most;
    }

    long spent() {
        return costs.values().stream().mapToLong(cost -> cost).sum();
    }

    @Override
    public Optional<Long> open(UUID key, CallWindow wanted, long least) {
        long amount = Math.min(wanted.amount(), cap - spent());
        if (amount < least) {
            return Optional.empty();
        }
        costs.put(wanted.id(), amount);
        return Optional.of(amount);
    }

    @Override
    public void end(List<CallReceipt> receipts) {
        receipts.forEach(receipt -> costs.put(receipt.window(), receipt.cost()));
    }

    @Override
    public void drop(UUID window) {
        costs.put(window, 0L);
    }
}
