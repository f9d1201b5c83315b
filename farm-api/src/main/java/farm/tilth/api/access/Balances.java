package farm.tilth.api.access;

import io.smallrye.mutiny.Uni;
import java.util.UUID;

/** What this package needs of the ledger: an account's spendable balance, and the operator's credits. In µT. */
public interface Balances {
    Uni<Long> balance(UUID account);

    /**
     * Adds credit, once for each cause: the same cause again changes nothing.
     *
     * @param cause names the credit for ever, within the account: "first", an idempotency key
     * @return the balance after it
     * @throws farm.tilth.protocol.FarmException with IDEMPOTENCY_MISMATCH when the cause came with another amount
     */
    Uni<Long> credit(UUID account, long amount, String cause);
}
