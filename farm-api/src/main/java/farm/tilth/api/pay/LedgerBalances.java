package farm.tilth.api.pay;

import farm.tilth.api.access.Balances;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import java.util.concurrent.Callable;

/** Balances from the ledger, which blocks: its calls run on a worker thread, and the answer comes back to the caller's. */
@ApplicationScoped
class LedgerBalances implements Balances {
    private final Ledger ledger;
    private final Vertx vertx;

    LedgerBalances(Ledger ledger, Vertx vertx) {
        this.ledger = ledger;
        this.vertx = vertx;
    }

    @Override
    public Uni<Long> balance(UUID account) {
        return blocking(() -> available(account));
    }

    @Override
    public Uni<Long> credit(UUID account, long amount, String cause) {
        return blocking(() -> {
            TransferResult result = new Treasury(ledger)
                    .credit(AccountId.customer(account), amount, Cause.request(account.toString(), cause));
            if (result == TransferResult.EXISTS_WITH_DIFFERENT_AMOUNT) {
                throw new FarmException(
                        ErrorCode.IDEMPOTENCY_MISMATCH, "credit was given with this key before, of another amount");
            }
            if (!result.done()) {
                throw new FarmException(ErrorCode.CONFLICT, "the credit cannot be given: " + result);
            }
            return available(account);
        });
    }

    private long available(UUID account) {
        return ledger.balance(AccountId.customer(account)).available();
    }

    private <T> Uni<T> blocking(Callable<T> work) {
        return vertx.executeBlocking(work, false);
    }
}
