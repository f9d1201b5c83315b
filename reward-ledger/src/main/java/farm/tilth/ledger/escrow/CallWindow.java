package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import java.time.Instant;
import java.util.UUID;

/**
 * A customer's funds that are kept for online calls of some seconds, so that no call waits for the ledger.
 *
 * @param amount the most that the calls can cost together; over 0
 * @param expiresAt when the funds are free again if nobody says how the calls ended
 */
public record CallWindow(UUID id, UUID customer, long amount, Instant expiresAt) {
    Transfer transfer() {
        return Transfer.hold(
                Purpose.CALL,
                Cause.calls(id),
                AccountId.customer(customer),
                AccountId.calls(customer),
                amount,
                expiresAt);
    }
}
