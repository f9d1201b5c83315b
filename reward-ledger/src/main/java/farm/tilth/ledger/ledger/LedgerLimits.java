package farm.tilth.ledger.ledger;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.List;

/** The one way in which every ledger refuses what is too large. */
public final class LedgerLimits {
    /** The most that a customer's balance may become by credit or by a deposit: a trillion tokens. */
    public static final long MAX_BALANCE = 1_000_000_000_000_000_000L;

    private LedgerLimits() {}

    /** Refuses a batch of more than {@link Ledger#MAX_BATCH} transfers. */
    public static void checkBatch(List<JournalEntry> entries) {
        long transfers = entries.stream().mapToLong(e -> e.transfers().size()).sum();
        if (transfers > Ledger.MAX_BATCH) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    "a batch has at most " + Ledger.MAX_BATCH + " transfers, not " + transfers + "; send it in parts");
        }
    }

    /** Refuses a page of no rows, or of more than {@link Ledger#MAX_PAGE}. */
    public static void checkPage(int limit) {
        if (limit < 1 || limit > Ledger.MAX_PAGE) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "a page has 1 to " + Ledger.MAX_PAGE + " rows, not " + limit);
        }
    }
}
