package farm.tilth.ledger.epoch;

import farm.tilth.ledger.escrow.Shares;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Turns what was earned in an epoch into shares of what was emitted since the one before, by the largest remainder: the
 * emission is fixed by the calendar, so a larger burn or more work changes nobody's sum but the parts of it.
 */
public final class EmissionClose {
    private final Keccak256 keccak;

    public EmissionClose(Keccak256 keccak) {
        this.keccak = keccak;
    }

    /**
     * Shares the emission out.
     *
     * @param earned the epoch as the ledger closes it
     * @param emitted all that was ever emitted; what no epoch was paid yet is for this one
     * @throws FarmException with CONFLICT when an address has earned less than it had before
     * @return the epoch as it is paid; empty when nothing was earned, or nothing emitted, since the one before
     */
    public Optional<ClosedEpoch> share(ClosedEpoch earned, Optional<EpochBook.Page> before, long emitted) {
        Map<PayoutAddress, Long> earnedBefore = byAddress(before.map(EpochBook.Page::earned));
        Map<PayoutAddress, Long> paidBefore =
                byAddress(before.map(page -> page.epoch().payouts()));
        long[] work = earned.payouts().stream()
                .mapToLong(payout -> payout.cumulative() - earnedBefore.getOrDefault(payout.address(), 0L))
                .toArray();
        long available = emitted - before.map(page -> page.epoch().total()).orElse(0L);
        boolean worked = false;
        for (int i = 0; i < work.length; i++) {
            if (work[i] < 0) {
                throw new FarmException(
                        ErrorCode.CONFLICT,
                        "address " + earned.payouts().get(i).address() + " would have earned less than in the epoch"
                                + " before; give its worker that address again");
            }
            worked |= work[i] > 0;
        }
        if (!worked || available <= 0) {
            return Optional.empty();
        }
        long[] shares = Shares.split(available, work);
        List<Payout> payouts = new ArrayList<>();
        for (int i = 0; i < shares.length; i++) {
            PayoutAddress address = earned.payouts().get(i).address();
            long cumulative = Math.addExact(paidBefore.getOrDefault(address, 0L), shares[i]);
            if (cumulative > 0) {
                payouts.add(new Payout(address, cumulative));
            }
        }
        KeccakHash root = new PayoutTree(payouts, keccak).root();
        return Optional.of(new ClosedEpoch(earned.epoch(), root, emitted, earned.withoutAddress(), payouts));
    }

    private static Map<PayoutAddress, Long> byAddress(Optional<List<Payout>> payouts) {
        return payouts.orElse(List.of()).stream().collect(Collectors.toMap(Payout::address, Payout::cumulative));
    }
}
