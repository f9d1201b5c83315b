package farm.tilth.api.inference;

import farm.tilth.ledger.escrow.CallWindow;
import farm.tilth.protocol.result.CallReceipt;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The windows that were opened for keys, where a key's monthly cap is counted. Blocks. */
interface CallWindows {
    /**
     * Writes down a window before its funds are held.
     *
     * @param least what it has to hold at least, of the amount that it would hold without a cap
     * @return what it may hold; empty when the key's cap does not leave {@code least}
     */
    Optional<Long> open(UUID key, CallWindow wanted, long least);

    /** What windows cost and why, before they are settled. */
    void end(List<CallReceipt> receipts);

    /** A window costs nothing: its funds could not be held, or were not kept. */
    void drop(UUID window);
}
