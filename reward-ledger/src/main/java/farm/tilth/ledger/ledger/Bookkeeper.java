package farm.tilth.ledger.ledger;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides entries one after the other against the part of a ledger that they touch: the one place where the rules are
 * written, for every implementation of {@link Ledger}. Changes the maps that it is given. Not thread-safe.
 */
public final class Bookkeeper {
    private final Map<AccountId, AccountBalance> balances;
    private final Map<TransferId, Transfer> transfers;
    private final Map<TransferId, Step.Kind> resolutions;
    private final Instant now;
    private final List<Transfer> created = new ArrayList<>();

    /**
     * @param balances of the accounts that are touched; one that is missing is at zero
     * @param transfers those that exist already, of the ids and holds that are named
     * @param resolutions how each of those holds ended, for those that have ended
     */
    public Bookkeeper(
            Map<AccountId, AccountBalance> balances,
            Map<TransferId, Transfer> transfers,
            Map<TransferId, Step.Kind> resolutions,
            Instant now) {
        this.balances = balances;
        this.transfers = transfers;
        this.resolutions = resolutions;
        this.now = now;
    }

    /** The transfers that were made, in their order. */
    public List<Transfer> created() {
        return List.copyOf(created);
    }

    /** Makes all of the entry's transfers, or none. */
    public TransferResult decide(JournalEntry entry) {
        Map<AccountId, AccountBalance> before = new HashMap<>();
        int mark = created.size();
        for (Transfer transfer : entry.transfers()) {
            before.putIfAbsent(transfer.debit(), balanceOf(transfer.debit()));
            before.putIfAbsent(transfer.credit(), balanceOf(transfer.credit()));
            TransferResult result = decide(transfer);
            if (!result.done()) {
                undo(mark, before);
                return result;
            }
        }
        return created.size() > mark ? TransferResult.CREATED : TransferResult.EXISTS;
    }

    private TransferResult decide(Transfer transfer) {
        Transfer existing = transfers.get(transfer.id());
        if (existing != null) {
            return compare(existing, transfer);
        }
        Optional<TransferResult> refusal =
                switch (transfer.step()) {
                    case Step.Direct _, Step.Hold _ -> refuseFunds(transfer);
                    case Step.Post post -> refusePost(transfer, post);
                    case Step.Release release -> refuseRelease(transfer, release);
                    case Step.Expire expire -> refuseExpiry(transfer, expire);
                };
        if (refusal.isPresent()) {
            return refusal.get();
        }
        apply(transfer);
        return TransferResult.CREATED;
    }

    private static TransferResult compare(Transfer existing, Transfer transfer) {
        if (existing.step().kind() != transfer.step().kind()
                || !existing.step().resolves().equals(transfer.step().resolves())) {
            return TransferResult.EXISTS_WITH_DIFFERENT_STEP;
        }
        if (!existing.debit().equals(transfer.debit()) || !existing.credit().equals(transfer.credit())) {
            return TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS;
        }
        if (existing.amount() != transfer.amount()) {
            return TransferResult.EXISTS_WITH_DIFFERENT_AMOUNT;
        }
        if (existing.purpose() != transfer.purpose() || !existing.cause().equals(transfer.cause())) {
            return TransferResult.EXISTS_WITH_DIFFERENT_CAUSE;
        }
        return TransferResult.EXISTS;
    }

    private Optional<TransferResult> refuseFunds(Transfer transfer) {
        AccountBalance debit = balanceOf(transfer.debit());
        if (!transfer.debit().kind().mayOverdraw() && debit.available() < transfer.amount()) {
            return Optional.of(TransferResult.INSUFFICIENT_FUNDS);
        }
        if (comesIn(transfer)
                && balanceOf(transfer.credit()).balance() > LedgerLimits.MAX_BALANCE - transfer.amount()) {
            return Optional.of(TransferResult.BALANCE_TOO_LARGE);
        }
        return fits(debit.debited() + debit.held(), transfer.amount()) && creditFits(transfer)
                ? Optional.empty()
                : Optional.of(TransferResult.TOTAL_TOO_LARGE);
    }

    /** What goes back to a customer was within the limit before: only new money is held against it. */
    private static boolean comesIn(Transfer transfer) {
        return transfer.credit().kind() == AccountKind.CUSTOMER
                && (transfer.purpose() == Purpose.CREDIT || transfer.purpose() == Purpose.DEPOSIT);
    }

    private Optional<TransferResult> refusePost(Transfer transfer, Step.Post post) {
        Optional<TransferResult> refusal = refuseHold(transfer, post.hold());
        if (refusal.isPresent()) {
            return refusal;
        }
        Transfer hold = transfers.get(post.hold());
        if (transfer.amount() > hold.amount()) {
            return Optional.of(TransferResult.HOLD_HAS_DIFFERENT_AMOUNT);
        }
        if (isOver(hold)) {
            return Optional.of(TransferResult.HOLD_HAS_EXPIRED);
        }
        return creditFits(transfer) ? Optional.empty() : Optional.of(TransferResult.TOTAL_TOO_LARGE);
    }

    private Optional<TransferResult> refuseRelease(Transfer transfer, Step.Release release) {
        Optional<TransferResult> refusal = refuseHold(transfer, release.hold());
        if (refusal.isPresent()) {
            return refusal;
        }
        return transfer.amount() == transfers.get(release.hold()).amount()
                ? Optional.empty()
                : Optional.of(TransferResult.HOLD_HAS_DIFFERENT_AMOUNT);
    }

    private Optional<TransferResult> refuseExpiry(Transfer transfer, Step.Expire expire) {
        Optional<TransferResult> refusal = refuseRelease(transfer, new Step.Release(expire.hold()));
        if (refusal.isPresent()) {
            return refusal;
        }
        return isOver(transfers.get(expire.hold()))
                ? Optional.empty()
                : Optional.of(TransferResult.HOLD_HAS_NOT_EXPIRED);
    }

    private Optional<TransferResult> refuseHold(Transfer transfer, TransferId holdId) {
        Transfer hold = transfers.get(holdId);
        if (hold == null || hold.step().kind() != Step.Kind.HOLD) {
            return Optional.of(TransferResult.HOLD_NOT_FOUND);
        }
        if (!hold.debit().equals(transfer.debit()) || !hold.credit().equals(transfer.credit())) {
            return Optional.of(TransferResult.HOLD_HAS_DIFFERENT_ACCOUNTS);
        }
        Step.Kind ended = resolutions.get(holdId);
        if (ended == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (ended) {
                    case POST -> TransferResult.HOLD_WAS_POSTED;
                    case EXPIRE -> TransferResult.HOLD_HAS_EXPIRED;
                    case DIRECT, HOLD, RELEASE -> TransferResult.HOLD_WAS_RELEASED;
                });
    }

    private boolean isOver(Transfer hold) {
        return hold.step() instanceof Step.Hold(Instant expiresAt) && !now.isBefore(expiresAt);
    }

    private boolean creditFits(Transfer transfer) {
        return fits(balanceOf(transfer.credit()).credited(), transfer.amount());
    }

    /** Debits and holds together stay within 63 bits, so that no balance can leave 64. */
    private static boolean fits(long total, long amount) {
        return amount <= Long.MAX_VALUE - total;
    }

    private void apply(Transfer transfer) {
        long amount = transfer.amount();
        long released = transfer.step()
                .resolves()
                .map(hold -> transfers.get(hold).amount())
                .orElse(0L);
        transfer.step()
                .resolves()
                .ifPresent(hold -> resolutions.put(hold, transfer.step().kind()));
        long moved = transfer.step().moves() ? amount : 0;
        long held = transfer.step().kind() == Step.Kind.HOLD ? amount : -released;
        balances.put(transfer.debit(), balanceOf(transfer.debit()).plus(0, moved, held));
        balances.put(transfer.credit(), balanceOf(transfer.credit()).plus(moved, 0, 0));
        transfers.put(transfer.id(), transfer);
        created.add(transfer);
    }

    private void undo(int mark, Map<AccountId, AccountBalance> before) {
        while (created.size() > mark) {
            Transfer transfer = created.removeLast();
            transfers.remove(transfer.id());
            transfer.step().resolves().ifPresent(resolutions::remove);
        }
        balances.putAll(before);
    }

    private AccountBalance balanceOf(AccountId account) {
        return balances.getOrDefault(account, AccountBalance.zero(account));
    }
}
