package farm.tilth.ledger.ledger;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** A ledger for tests and simulations: the same rules, no durability. Thread-safe. */
public final class InMemoryLedger implements Ledger {
    private final InstantSource clock;
    private final Map<AccountId, AccountBalance> balances = new HashMap<>();
    private final Map<TransferId, Transfer> transfers = new HashMap<>();
    private final Map<TransferId, Step.Kind> resolutions = new HashMap<>();
    private final List<Recorded> log = new ArrayList<>();

    public InMemoryLedger(InstantSource clock) {
        this.clock = clock;
    }

    private record Recorded(Transfer transfer, Instant at) {}

    @Override
    public synchronized List<TransferResult> createEntries(List<JournalEntry> entries) {
        LedgerLimits.checkBatch(entries);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Bookkeeper bookkeeper = new Bookkeeper(balances, transfers, resolutions, now);
        List<TransferResult> results = entries.stream().map(bookkeeper::decide).toList();
        bookkeeper.created().forEach(transfer -> log.add(new Recorded(transfer, now)));
        return results;
    }

    @Override
    public synchronized Optional<Transfer> find(TransferId id) {
        return Optional.ofNullable(transfers.get(id));
    }

    @Override
    public synchronized AccountBalance balance(AccountId account) {
        return balances.getOrDefault(account, AccountBalance.zero(account));
    }

    @Override
    public synchronized List<AccountBalance> balances(AccountKind kind, String afterOwner, int limit) {
        LedgerLimits.checkPage(limit);
        return balances.values().stream()
                .filter(balance -> balance.account().kind() == kind)
                .filter(balance ->
                        afterOwner.isEmpty() || balance.account().owner().compareTo(afterOwner) > 0)
                .filter(balance -> balance.credited() > 0 || balance.debited() > 0 || balance.held() > 0)
                .sorted(Comparator.comparing(AccountBalance::account))
                .limit(limit)
                .toList();
    }

    @Override
    public synchronized List<Posting> statement(Collection<AccountId> accounts, long after, int limit) {
        Set<AccountId> wanted = Set.copyOf(accounts);
        return postings(posting -> wanted.contains(posting.account()), after, limit);
    }

    @Override
    public synchronized List<Posting> journal(long after, int limit) {
        return postings(_ -> true, after, limit);
    }

    @Override
    public synchronized Map<Purpose, Long> debitsByPurpose(AccountId account) {
        Map<Purpose, Long> sums = new EnumMap<>(Purpose.class);
        for (Recorded recorded : log) {
            Transfer transfer = recorded.transfer();
            if (transfer.step().moves() && transfer.debit().equals(account)) {
                sums.merge(transfer.purpose(), transfer.amount(), Math::addExact);
            }
        }
        return sums;
    }

    @Override
    public synchronized int expireHolds(int limit) {
        LedgerLimits.checkPage(limit);
        Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
        List<Transfer> due = log.stream()
                .map(Recorded::transfer)
                .filter(transfer -> transfer.step() instanceof Step.Hold(Instant expiresAt)
                        && !now.isBefore(expiresAt)
                        && !resolutions.containsKey(transfer.id()))
                .sorted(Comparator.comparing(transfer -> ((Step.Hold) transfer.step()).expiresAt()))
                .limit(limit)
                .map(Transfer::expire)
                .toList();
        return (int) create(due).stream().filter(TransferResult.CREATED::equals).count();
    }

    private List<Posting> postings(Predicate<Posting> wanted, long after, int limit) {
        LedgerLimits.checkPage(limit);
        List<Posting> page = new ArrayList<>();
        for (int i = (int) Math.max(0, after / 2 - 1); i < log.size() && page.size() < limit; i++) {
            Recorded recorded = log.get(i);
            if (recorded.transfer().step().moves()) {
                for (Posting.Direction direction : Posting.Direction.values()) {
                    Posting posting = posting(i, recorded, direction);
                    if (posting.number() > after && wanted.test(posting) && page.size() < limit) {
                        page.add(posting);
                    }
                }
            }
        }
        return page;
    }

    private static Posting posting(int index, Recorded recorded, Posting.Direction direction) {
        Transfer transfer = recorded.transfer();
        boolean debit = direction == Posting.Direction.DEBIT;
        return new Posting(
                2L * (index + 1) + (debit ? 0 : 1),
                transfer.id(),
                recorded.at(),
                debit ? transfer.debit() : transfer.credit(),
                direction,
                transfer.amount(),
                transfer.purpose(),
                transfer.cause());
    }
}
