package farm.tilth.ledger.epoch;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountKind;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;

/** Closes epochs: reads what every worker has earned out of the ledger, and puts it under one root. */
public final class EpochClose {
    private static final int PAGE = 1_000;

    private final Ledger ledger;
    private final Keccak256 keccak;

    public EpochClose(Ledger ledger, Keccak256 keccak) {
        this.ledger = ledger;
        this.keccak = keccak;
    }

    /**
     * Closes an epoch on the ledger as it is now. Workers of one owner may share an address.
     *
     * @param addresses where a worker's owner wants to be paid, if it has said so
     * @param previous the epoch before; empty for the first
     * @return empty when nobody with an address has earned anything yet
     * @throws FarmException with CONFLICT when an address would have earned less than under the previous root: its
     *     worker was moved to another address, and could be paid twice
     */
    public Optional<ClosedEpoch> close(
            long epoch, Function<Digest, Optional<PayoutAddress>> addresses, Optional<ClosedEpoch> previous) {
        SortedMap<PayoutAddress, Long> earned = new TreeMap<>();
        long withoutAddress = 0;
        String after = "";
        List<AccountBalance> page;
        do {
            page = ledger.balances(AccountKind.WORKER, after, PAGE);
            for (AccountBalance worker : page) {
                after = worker.account().owner();
                Optional<PayoutAddress> address = addresses.apply(Digest.parse(after));
                if (address.isEmpty()) {
                    withoutAddress = Math.addExact(withoutAddress, worker.credited());
                } else if (worker.credited() > 0) {
                    earned.merge(address.get(), worker.credited(), Math::addExact);
                }
            }
        } while (page.size() == PAGE);
        previous.ifPresent(before -> checkNoneFell(before, earned));
        return earned.isEmpty() ? Optional.empty() : Optional.of(closed(epoch, earned, withoutAddress));
    }

    private ClosedEpoch closed(long epoch, SortedMap<PayoutAddress, Long> earned, long withoutAddress) {
        List<Payout> payouts = new ArrayList<>(earned.size());
        long total = 0;
        for (Map.Entry<PayoutAddress, Long> entry : earned.entrySet()) {
            payouts.add(new Payout(entry.getKey(), entry.getValue()));
            total = Math.addExact(total, entry.getValue());
        }
        KeccakHash root = new PayoutTree(payouts, keccak).root();
        return new ClosedEpoch(epoch, root, total, withoutAddress, payouts);
    }

    private static void checkNoneFell(ClosedEpoch previous, Map<PayoutAddress, Long> earned) {
        for (Payout payout : previous.payouts()) {
            long now = earned.getOrDefault(payout.address(), 0L);
            if (now < payout.cumulative()) {
                throw new FarmException(
                        ErrorCode.CONFLICT,
                        "address " + payout.address() + " had earned " + payout.cumulative() + " in epoch "
                                + previous.epoch() + " and would now have earned " + now
                                + "; give its worker that address again");
            }
        }
    }
}
