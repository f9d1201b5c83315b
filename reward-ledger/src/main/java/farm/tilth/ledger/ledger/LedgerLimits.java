package farm.tilth.ledger.ledger;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.List;

/** The one way in which every ledger refuses what is too large. */
public final class LedgerLimits {
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
