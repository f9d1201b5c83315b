package farm.tilth.ledger.epoch;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The epochs that were closed, for ever, and where owners want to be paid. */
public interface EpochBook {
    /**
     * A closed epoch and the operator's signature over its root.
     *
     * @param earned what each address had earned in the ledger by then: the payouts themselves, unless they are shares
     *     of an emission
     */
    record Page(ClosedEpoch epoch, String signature, List<Payout> earned) {
        public Page {
            earned = List.copyOf(earned);
        }

        /** An epoch that pays what was earned. */
        public Page(ClosedEpoch epoch, String signature) {
            this(epoch, signature, epoch.payouts());
        }
    }

    Optional<Page> last();

    Optional<Page> find(long epoch);

    /** The newest first, without more than {@code limit}. */
    List<Page> newest(int limit);

    /**
     * Writes an epoch down; the same again changes nothing.
     *
     * @throws farm.tilth.protocol.FarmException with CONFLICT when another root was written for it
     */
    void add(Page page);

    Optional<PayoutAddress> address(UUID account);

    /**
     * Says where an account's earnings go. Once said it stays, since a root may pay it: elsewhere is then a matter of
     * the contract's own {@code setPayTo}.
     *
     * @throws farm.tilth.protocol.FarmException with CONFLICT when another address was said before
     */
    void name(UUID account, PayoutAddress address);
}
