package farm.tilth.api.inference;

import farm.tilth.ledger.escrow.CallSettlement;
import farm.tilth.ledger.escrow.CallWindow;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.CallReceipt;
import farm.tilth.protocol.result.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the calls of a customer may cost until the next look at the ledger: room that was held there once, from which
 * each call reserves its ceiling and to which it gives back what it did not cost. Settled once, when it is sealed and
 * all of its calls have ended. Thread-safe.
 */
final class SpendingWindow {
    /** So that a receipt, which has each call of its window, stays of a size to be written and read at once. */
    private static final int MAX_CALLS = 20_000;

    private final CallWindow hold;
    private final long openedNanos;
    private final SortedMap<Digest, Long> shares = new TreeMap<>();
    private final Map<CallProof.Batch, List<CallReceipt.Call>> paid = new IdentityHashMap<>();
    private long usedNanos;
    private int reserved;
    private long room;
    private long fees;
    private int open;
    private boolean sealed;

    SpendingWindow(CallWindow hold, long nowNanos) {
        this.hold = hold;
        this.room = hold.amount();
        this.openedNanos = nowNanos;
        this.usedNanos = nowNanos;
    }

    /** Reserves a call's ceiling; false when there is not that much room, or the window is sealed. */
    synchronized boolean reserve(long ceiling, long nowNanos) {
        if (sealed || room < ceiling || reserved == MAX_CALLS) {
            return false;
        }
        room -= ceiling;
        open++;
        reserved++;
        usedNanos = nowNanos;
        return true;
    }

    /** A call ended without cost. */
    synchronized void free(long ceiling) {
        room += ceiling;
        open--;
    }

    /** A call was answered; it costs its work units at the price, at most its ceiling. */
    synchronized void spend(long ceiling, CallCharges.Work work, Receipt.Prices prices) {
        long gross = Math.min(prices.gross(work.workUnits()), ceiling);
        long fee = prices.fee(gross);
        shares.merge(work.worker(), gross - fee, Math::addExact);
        fees += fee;
        work.proof().ifPresent(proof -> paid.computeIfAbsent(proof.batch(), batch -> new ArrayList<>())
                .add(proof.of(work, gross)));
        room += ceiling - gross;
        open--;
    }

    Duration age(long nowNanos) {
        return Duration.ofNanos(nowNanos - openedNanos);
    }

    /** Whether half of what was held is spent or reserved. */
    synchronized boolean isRunningLow() {
        return room < hold.amount() / 2;
    }

    /** No call reserves any more. */
    synchronized void seal() {
        sealed = true;
    }

    /** Seals the window when it is older than {@code age}, or was not used for as long as {@code idle}. */
    synchronized boolean sealWhenOver(long nowNanos, long ageNanos, long idleNanos) {
        sealed |= reserved == MAX_CALLS
                || nowNanos - openedNanos > ageNanos
                || open == 0 && nowNanos - usedNanos > idleNanos;
        return sealed;
    }

    /** Whether nothing changes any more. */
    synchronized boolean isOver() {
        return sealed && open == 0;
    }

    /** The proof of what its calls cost so far; without the workers' keys. */
    synchronized CallReceipt receipt(Instant openedAt, Receipt.Prices prices) {
        List<CallReceipt.Batch> batches = new ArrayList<>();
        paid.forEach((batch, calls) -> batches.add(batch.with(calls)));
        return new CallReceipt(
                CallReceipt.FORMAT,
                hold.id(),
                hold.customer(),
                openedAt,
                prices,
                settlement().gross(),
                batches);
    }

    /** What its calls cost so far. */
    synchronized CallSettlement settlement() {
        return new CallSettlement(hold, shares, fees);
    }
}
