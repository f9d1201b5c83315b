package farm.tilth.ledger.ledger;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import java.time.Instant;

/**
 * An amount that moves from one account to another, for ever: nothing is changed later, a mistake is mended by another
 * transfer. The id follows from step, purpose and cause.
 *
 * @param amount in the smallest unit (a millionth of a token); over 0
 */
public record Transfer(
        TransferId id, AccountId debit, AccountId credit, long amount, Purpose purpose, Cause cause, Step step) {
    public Transfer {
        if (amount <= 0) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "a transfer's amount must be over 0, not " + amount);
        }
        if (debit.equals(credit)) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "a transfer from " + debit + " to itself");
        }
    }

    /** A transfer that moves its amount at once. */
    public static Transfer direct(Purpose purpose, Cause cause, AccountId debit, AccountId credit, long amount) {
        TransferId id = TransferId.of(Step.Kind.DIRECT, purpose, cause);
        return new Transfer(id, debit, credit, amount, purpose, cause, new Step.Direct());
    }

    /** A transfer that keeps its amount until {@code expiresAt}, to be posted or released before. */
    public static Transfer hold(
            Purpose purpose, Cause cause, AccountId debit, AccountId credit, long amount, Instant expiresAt) {
        TransferId id = TransferId.of(Step.Kind.HOLD, purpose, cause);
        return new Transfer(id, debit, credit, amount, purpose, cause, new Step.Hold(expiresAt));
    }

    /** For a hold: the transfer that moves {@code posted} of it and releases the rest. */
    public Transfer post(long posted) {
        return resolving(new Step.Post(id), posted);
    }

    /** For a hold: the transfer that releases all of it. */
    public Transfer release() {
        return resolving(new Step.Release(id), amount);
    }

    /** For a hold: the transfer that releases all of it because its time is over. */
    public Transfer expire() {
        return resolving(new Step.Expire(id), amount);
    }

    /** The transfer as a receipt lists it. */
    public Receipt.Payment inReceipt() {
        return new Receipt.Payment(id.toString(), debit.toString(), credit.toString(), amount);
    }

    private Transfer resolving(Step end, long moved) {
        if (step.kind() != Step.Kind.HOLD) {
            throw new IllegalStateException("transfer " + id + " is not a hold");
        }
        return new Transfer(TransferId.of(end.kind(), purpose, cause), debit, credit, moved, purpose, cause, end);
    }
}
