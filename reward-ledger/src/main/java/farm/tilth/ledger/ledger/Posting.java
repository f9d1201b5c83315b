package farm.tilth.ledger.ledger;

import java.time.Instant;

/**
 * One side of a transfer that moved money: a line of a statement.
 *
 * @param number rises within an account; pages of a statement continue after it
 */
public record Posting(
        long number,
        TransferId transfer,
        Instant at,
        AccountId account,
        Direction direction,
        long amount,
        Purpose purpose,
        Cause cause) {
    /** Out of an account, or into it. */
    public enum Direction {
        DEBIT,
        CREDIT
    }

    /** The amount as the balance feels it: negative for a debit. Over all accounts these sum to 0. */
    public long signedAmount() {
        return direction == Direction.CREDIT ? amount : -amount;
    }
}
