package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import java.time.Instant;
import java.util.UUID;

/**
 * A customer's funds that are kept for one online call.
 *
 * @param ceiling the most that the call can cost; over 0
 * @param expiresAt when the funds are free again if nobody says how the call ended
 */
public record CallHold(UUID call, UUID customer, long ceiling, Instant expiresAt) {
    Transfer transfer() {
        return Transfer.hold(
                Purpose.CALL,
                Cause.call(call),
                AccountId.customer(customer),
                AccountId.calls(customer),
                ceiling,
                expiresAt);
    }
}
