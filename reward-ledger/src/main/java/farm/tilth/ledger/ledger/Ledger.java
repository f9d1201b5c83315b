package farm.tilth.ledger.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Double entry over integers, append-only. Every call is safe to repeat: a transfer that is there already is
 * {@link TransferResult#EXISTS}. Thread-safe; the implementation over a database blocks, so call it from worker threads.
 */
public interface Ledger {
    /** The most transfers of one call. */
    int MAX_BATCH = 10_000;

    /** The most rows of one page. */
    int MAX_PAGE = 10_000;

    /**
     * Makes entries in their order, each as a whole or not at all; one that fails does not disturb the others. All of
     * the call is durable when it returns, and none of it when it throws.
     *
     * @return what became of each entry: CREATED when any of its transfers is new, EXISTS when none is, else the first
     *     failure
     * @throws farm.tilth.protocol.FarmException with TOO_LARGE over {@link #MAX_BATCH} transfers, or UNAVAILABLE when
     *     the store cannot be reached; the call may be repeated
     */
    List<TransferResult> createEntries(List<JournalEntry> entries);

    /** Makes transfers that do not depend on one another, in their order. */
    default List<TransferResult> create(List<Transfer> transfers) {
        return createEntries(transfers.stream().map(JournalEntry::of).toList());
    }

    default TransferResult create(Transfer transfer) {
        return create(List.of(transfer)).getFirst();
    }

    Optional<Transfer> find(TransferId id);

    /** What the account has; zero when nothing has happened to it. */
    AccountBalance balance(AccountId account);

    /** The accounts of a kind in the order of their owners, after {@code afterOwner} (empty: from the start). */
    List<AccountBalance> balances(AccountKind kind, String afterOwner, int limit);

    /** The postings of some accounts, oldest first, with numbers over {@code after} (0: from the start). */
    List<Posting> statement(Collection<AccountId> accounts, long after, int limit);

    /** The postings of all accounts, oldest first; each transfer's debit comes before its credit. */
    List<Posting> journal(long after, int limit);

    /** How much went out of the account for each purpose. */
    Map<Purpose, Long> debitsByPurpose(AccountId account);

    /**
     * Ends holds whose time is over, the oldest first.
     *
     * @return how many were ended; fewer than {@code limit} when no more are due
     */
    int expireHolds(int limit);
}
