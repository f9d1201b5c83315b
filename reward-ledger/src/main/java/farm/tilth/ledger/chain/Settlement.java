package farm.tilth.ledger.chain;

import farm.tilth.ledger.chain.OutboxEntry.State;
import farm.tilth.ledger.chain.PayoutContract.PublishedRoot;
import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.EpochBook;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.epoch.PayoutProof;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.math.BigInteger;
import java.util.Optional;

/**
 * Brings closed epochs onto the chain: funds what the distributor lacks, publishes the newest root when the window of
 * the one before is over, and brings owners' claims. What is to be done follows from the book and the chain each time,
 * so that it goes on after any interruption; nothing happens twice, since the outbox knows each step by its name.
 */
public final class Settlement {
    private static final long SLASH_GAS = 200_000;
    private static final int MAX_TRIES = 5;

    private final EpochBook book;
    private final Outbox outbox;
    private final ChainNode node;
    private final Contracts contracts;
    private final PayoutContract payouts;

    public Settlement(EpochBook book, Outbox outbox, ChainNode node, Contracts contracts) {
        this.book = book;
        this.outbox = outbox;
        this.node = node;
        this.contracts = contracts;
        this.payouts = new PayoutContract(node, contracts);
    }

    /**
     * What an address has earned and got.
     *
     * @param published what the root on chain says that it has earned in all
     * @param claimed what of it was paid
     * @param pending what the newest closed epoch adds, and no root on chain covers yet
     */
    public record Earnings(PayoutAddress address, long published, long claimed, long pending) {
        public long claimable() {
            return Math.max(0, published - claimed);
        }
    }

    /** Goes on with the newest epoch; true when its root is on chain for good. */
    public boolean step() {
        Optional<ClosedEpoch> newest = book.last().map(EpochBook.Page::epoch);
        if (newest.isEmpty()) {
            return true;
        }
        ClosedEpoch epoch = newest.get();
        Optional<OutboxEntry> published = outbox.find(PayoutContract.publishId(epoch));
        if (published.isPresent()) {
            return isDone(published.get());
        }
        long head = node.head().number();
        if (payouts.pending(head).isEmpty() && isCovered(epoch, head)) {
            outbox.want(payouts.publish(epoch));
        }
        return false;
    }

    private boolean isCovered(ClosedEpoch epoch, long head) {
        Optional<OutboxEntry> funded = outbox.find(PayoutContract.fundId(epoch));
        if (funded.isPresent()) {
            return isDone(funded.get());
        }
        long covered = Math.addExact(payouts.balance(contracts.distributor(), head), payouts.totalClaimed(head));
        long lacking = epoch.total() - covered;
        if (lacking <= 0) {
            return true;
        }
        long available = payouts.balance(outbox.sender(), head);
        if (available < lacking) {
            throw new FarmException(
                    ErrorCode.INSUFFICIENT_FUNDS,
                    "epoch " + epoch.epoch() + " lacks " + lacking + " µT on chain and the operator has " + available
                            + ": send tokens to " + outbox.sender() + ", and settlement goes on by itself");
        }
        outbox.want(payouts.fund(epoch, lacking));
        return false;
    }

    private static boolean isDone(OutboxEntry entry) {
        if (failed(entry)) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    entry.intent() + " ended as " + entry.state()
                            + ": see its transaction; the next epoch's root covers this one too");
        }
        return entry.state() == State.DONE;
    }

    /** What an address has by the chain's head. */
    public Earnings earnings(PayoutAddress address) {
        long head = node.head().number();
        long published = payouts.claimable(head)
                .flatMap(root -> proof(root, address))
                .map(proof -> proof.payout().cumulative())
                .orElse(0L);
        long closed = book.last().map(EpochBook.Page::epoch).stream()
                .flatMap(epoch -> epoch.payouts().stream())
                .filter(payout -> payout.address().equals(address))
                .mapToLong(payout -> payout.cumulative())
                .findFirst()
                .orElse(0);
        return new Earnings(address, published, payouts.claimed(address, head), Math.max(0, closed - published));
    }

    /**
     * Wants an address's claim brought to the chain.
     *
     * @return the claim's entry; empty when there is nothing to claim
     * @throws FarmException with CONFLICT when the root on chain is not the farm's
     */
    public Optional<OutboxEntry> claim(PayoutAddress address) {
        long head = node.head().number();
        Optional<PublishedRoot> root = payouts.claimable(head);
        Optional<PayoutProof> proof = root.flatMap(published -> proof(published, address));
        if (proof.isEmpty() || proof.get().payout().cumulative() <= payouts.claimed(address, head)) {
            return Optional.empty();
        }
        return Optional.of(wantAgain(payouts.claim(root.get().epoch(), proof.get())));
    }

    /** Wants it under the first of its names that has not failed: one that reverted can be tried again, some times. */
    private OutboxEntry wantAgain(Intent intent) {
        OutboxEntry entry = outbox.want(intent);
        for (int again = 2; failed(entry) && again <= MAX_TRIES; again++) {
            entry = outbox.want(new Intent(intent.id() + ":" + again, intent.to(), intent.data(), intent.gasLimit()));
        }
        return entry;
    }

    private static boolean failed(OutboxEntry entry) {
        return entry.state() == State.REVERTED || entry.state() == State.LOST;
    }

    /**
     * Wants a payer's deposit charged up to its cap. The payer's credit follows when the charge is final.
     *
     * @throws FarmException with INVALID_REQUEST when the payer did not sign it; INSUFFICIENT_FUNDS when the deposit has
     *     less; nothing is sent then
     */
    public OutboxEntry charge(SpendingCap cap) {
        ChainNode.Block head = node.head();
        cap.check(contracts, head.timestamp());
        byte[] deposit = node.call(contracts.escrow(), AbiCall.of("deposits(address)", cap.payer()), head.number());
        BigInteger available = AbiCall.number(deposit, 0).add(AbiCall.number(deposit, 1));
        if (available.compareTo(BigInteger.valueOf(cap.cap())) < 0) {
            throw new FarmException(
                    ErrorCode.INSUFFICIENT_FUNDS,
                    cap.payer() + " deposited " + available + " µT in all, less than the cap: deposit first");
        }
        return outbox.want(cap.charge(contracts));
    }

    /**
     * What an owner has at risk.
     *
     * @param unbonding what is on its way out, and can still be slashed
     * @param releaseAt when that is free, in seconds since 1970; 0 when nothing is unbonding
     * @param mostPerCase what one case can take now
     */
    public record Stake(PayoutAddress owner, long bonded, long unbonding, long releaseAt, long mostPerCase) {}

    /** An owner's stake by the chain's head. */
    public Stake stake(PayoutAddress owner) {
        long head = node.head().number();
        byte[] stake = payouts.ask(contracts.stakes(), AbiCall.of("stakes(address)", owner), head, 3);
        byte[] most = payouts.ask(contracts.stakes(), AbiCall.of("maxSlash(address)", owner), head, 1);
        return new Stake(
                owner,
                AbiCall.number(stake, 0).longValueExact(),
                AbiCall.number(stake, 1).longValueExact(),
                AbiCall.number(stake, 2).longValueExact(),
                AbiCall.number(most, 0).longValueExact());
    }

    /**
     * Wants an owner's stake slashed for a proven fault. The contract takes for each case once, whatever is sent.
     *
     * @param evidence the digest of what proves it
     */
    public OutboxEntry slash(PayoutAddress owner, long amount, KeccakHash caseId, KeccakHash evidence) {
        byte[] call = AbiCall.of("slash(address,uint256,bytes32,bytes32)", owner, amount, caseId, evidence);
        return outbox.want(new Intent(slashId(caseId), Optional.of(contracts.stakes()), call, SLASH_GAS));
    }

    /** What became of a case. */
    public Optional<OutboxEntry> slashed(KeccakHash caseId) {
        return outbox.find(slashId(caseId));
    }

    private static String slashId(KeccakHash caseId) {
        return "slash:" + caseId;
    }

    /** Wants tokens of the operator given to somebody, once for each key; the same key for another is refused. */
    public OutboxEntry grant(PayoutAddress to, long amount, String key) {
        if (amount <= 0) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "the amount must be over 0 µT, not " + amount);
        }
        return outbox.want(payouts.transfer("grant:" + key, to, amount));
    }

    private Optional<PayoutProof> proof(PublishedRoot published, PayoutAddress address) {
        ClosedEpoch epoch = book.find(published.epoch())
                .map(EpochBook.Page::epoch)
                .filter(closed -> closed.payoutRoot().equals(published.root()))
                .orElseThrow(() -> new FarmException(
                        ErrorCode.CONFLICT,
                        "the root on chain for epoch " + published.epoch()
                                + " is not the farm's; have a guardian look at it before anything is claimed"));
        return epoch.tree(new Web3jKeccak()).proof(address);
    }
}
