package farm.tilth.ledger.stake;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.protocol.Digest;
import java.util.UUID;

/**
 * Moves workers' stakes. A penalty comes out of the stake and never out of what a worker earned, so that its earned
 * total never falls. Every step is safe to repeat. Thread-safe as its ledger is.
 */
public final class Stakes {
    private final Ledger ledger;

    public Stakes(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Puts an owner's funds at risk for a worker, once for each cause. */
    public TransferResult deposit(UUID owner, Digest worker, long amount, Cause cause) {
        return ledger.create(
                Transfer.direct(Purpose.STAKE, cause, AccountId.customer(owner), AccountId.stake(worker), amount));
    }

    /** Gives a part of the stake back to the worker's owner, once for each cause. */
    public TransferResult withdraw(UUID owner, Digest worker, long amount, Cause cause) {
        return ledger.create(
                Transfer.direct(Purpose.UNSTAKE, cause, AccountId.stake(worker), AccountId.customer(owner), amount));
    }

    /**
     * Takes the price of a proven fault out of the stake, once for each piece of evidence.
     *
     * @param evidence the digest of what proves the fault: inputs, commitment, proof and both outputs
     * @return INSUFFICIENT_FUNDS, with nothing taken, when less is at stake
     */
    public TransferResult slash(Digest worker, long amount, Digest evidence) {
        return ledger.create(Transfer.direct(
                Purpose.SLASH, new Cause("evidence:" + evidence), AccountId.stake(worker), AccountId.TREASURY, amount));
    }

    public AccountBalance balance(Digest worker) {
        return ledger.balance(AccountId.stake(worker));
    }
}
