package farm.tilth.ledger.ledger;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Lets the entries of concurrent callers travel in one batch: whoever comes while a batch is under way waits for the
 * next one, and one of those who wait carries it for all. So one durable commit serves many callers, and accounts that
 * everybody uses are locked once a batch. A caller that is alone waits for nobody. Thread-safe.
 */
public final class CombiningLedger implements Ledger {
    private final Ledger ledger;
    private final int maxCarriers;
    private final Deque<Request> waiting = new ArrayDeque<>();
    private int carriers;

    /**
     * @param ledger where the batches go
     * @param maxCarriers how many batches may be under way at once; over 0
     */
    public CombiningLedger(Ledger ledger, int maxCarriers) {
        if (maxCarriers < 1) {
            throw new IllegalArgumentException("at least one batch must be able to go, not " + maxCarriers);
        }
        this.ledger = ledger;
        this.maxCarriers = maxCarriers;
    }

    /** What one caller asked for. Completed with its results, or with null: its caller is to carry the next batch. */
    private record Request(List<JournalEntry> entries, int transfers, CompletableFuture<List<TransferResult>> answer) {
        static Request of(List<JournalEntry> entries) {
            int transfers = entries.stream().mapToInt(e -> e.transfers().size()).sum();
            return new Request(List.copyOf(entries), transfers, new CompletableFuture<>());
        }
    }

    @Override
    public List<TransferResult> createEntries(List<JournalEntry> entries) {
        LedgerLimits.checkBatch(entries);
        Request mine = Request.of(entries);
        if (!join(mine)) {
            Optional<List<TransferResult>> answer = answer(mine);
            if (answer.isPresent()) {
                return answer.get();
            }
        }
        carry(next(mine));
        handOver();
        return answer(mine).orElseThrow();
    }

    /** Whether the caller is to carry a batch now; else it waits in the queue. */
    private synchronized boolean join(Request mine) {
        if (carriers < maxCarriers) {
            carriers++;
            return true;
        }
        waiting.addLast(mine);
        return false;
    }

    /** The carrier's own request and those that wait, in their order, as far as they fit. */
    private synchronized List<Request> next(Request mine) {
        List<Request> batch = new ArrayList<>(List.of(mine));
        int transfers = mine.transfers();
        while (!waiting.isEmpty() && transfers + waiting.peekFirst().transfers() <= MAX_BATCH) {
            transfers += waiting.peekFirst().transfers();
            batch.add(waiting.removeFirst());
        }
        return batch;
    }

    /** The first of those who wait carries on, when there is one. */
    private void handOver() {
        Request successor;
        synchronized (this) {
            successor = waiting.pollFirst();
            if (successor == null) {
                carriers--;
                return;
            }
        }
        successor.answer().complete(null);
    }

    /** How many callers stand in line. */
    synchronized int waiting() {
        return waiting.size();
    }

    private void carry(List<Request> batch) {
        List<TransferResult> results;
        try {
            results = ledger.createEntries(batch.stream()
                    .flatMap(request -> request.entries().stream())
                    .toList());
        } catch (RuntimeException | Error e) {
            failed(batch, e);
            return;
        }
        int from = 0;
        for (Request request : batch) {
            int to = from + request.entries().size();
            answer(request, List.copyOf(results.subList(from, to)));
            from = to;
        }
    }

    /** Nothing of the batch was made. Unless the store is away, each goes on its own, and fails for its own reasons. */
    private void failed(List<Request> batch, Throwable cause) {
        boolean together =
                cause instanceof Error || cause instanceof FarmException farm && farm.code() == ErrorCode.UNAVAILABLE;
        for (Request request : batch) {
            if (batch.size() == 1 || together) {
                fail(request, cause);
                continue;
            }
            try {
                answer(request, ledger.createEntries(request.entries()));
            } catch (RuntimeException | Error e) {
                fail(request, e);
            }
        }
    }

    /** A carrier that has waited before has used up its first answer. */
    private static void answer(Request request, List<TransferResult> results) {
        request.answer().obtrudeValue(results);
    }

    private static void fail(Request request, Throwable cause) {
        request.answer().obtrudeException(cause);
    }

    private static Optional<List<TransferResult>> answer(Request request) {
        try {
            return Optional.ofNullable(request.answer().join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
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
