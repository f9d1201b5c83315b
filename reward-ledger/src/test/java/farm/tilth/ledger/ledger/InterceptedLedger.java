package farm.tilth.ledger.ledger;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** A ledger whose batches go through a function, which may count, delay or fail them. */
public record InterceptedLedger(Ledger ledger, Function<List<JournalEntry>, List<TransferResult>> step)
        implements Ledger {
    @Override
    public List<TransferResult> createEntries(List<JournalEntry> entries) {
        return step.apply(entries);
    }

    @Override
    public Optional<Transfer> find(TransferId id) {
        return ledger.find(id);
    }

    @Override
    public AccountBalance balance(AccountId account) {
        return ledger.balance(account);
    }

    @Override
    public List<AccountBalance> balances(AccountKind kind, String afterOwner, int limit) {
        return ledger.balances(kind, afterOwner, limit);
    }

    @Override
    public List<Posting> statement(Collection<AccountId> accounts, long after, int limit) {
        return ledger.statement(accounts, after, limit);
    }

    @Override
    public List<Posting> journal(long after, int limit) {
        return ledger.journal(after, limit);
    }

    @Override
    public Map<Purpose, Long> debitsByPurpose(AccountId account) {
        return ledger.debitsByPurpose(account);
    }

    @Override
    public int expireHolds(int limit) {
        return ledger.expireHolds(limit);
    }
}
