package farm.tilth.api.inference;

import farm.tilth.ledger.escrow.CallSettlement;
import farm.tilth.ledger.escrow.CallWindow;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Receipt;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the calls of a customer may cost until the next look at the ledger: room that was held there once, from which
 * each call reserves its ceiling and to which it gives back what it did not cost. Settled once, when it is sealed and
 * all of its calls have ended. Thread-safe.
 */
final class SpendingWindow {
    private final CallWindow hold;
    private final long openedNanos;
    private final SortedMap<Digest, Long> shares = new TreeMap<>();
    private long usedNanos;
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
        if (sealed || room < ceiling) {
            return false;
        }
        room -= ceiling;
        open++;
        usedNanos = nowNanos;
        return true;
    }

    /** A call ended without cost. */
    synchronized void free(long ceiling) {
        room += ceiling;
        open--;
    }

    /** A call was answered; it costs its work units at the price, at most its ceiling. */
    synchronized void spend(long ceiling, Digest worker, long workUnits, Receipt.Prices prices) {
        long gross = Math.min(prices.gross(workUnits), ceiling);
        long fee = prices.fee(gross);
        shares.merge(worker, gross - fee, Math::addExact);
        fees += fee;
        room += ceiling - gross;
        open--;
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
        sealed |= nowNanos - openedNanos > ageNanos || open == 0 && nowNanos - usedNanos > idleNanos;
        return sealed;
    }

    /** Whether nothing changes any more. */
    synchronized boolean isOver() {
        return sealed && open == 0;
    }

    /** What its calls cost so far. */
    synchronized CallSettlement settlement() {
        return new CallSettlement(hold, shares, fees);
    }
}
