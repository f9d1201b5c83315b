package farm.tilth.ledger.chain;

import farm.tilth.ledger.chain.ChainNode.Block;
import farm.tilth.ledger.chain.ChainNode.Inclusion;
import farm.tilth.ledger.chain.OutboxEntry.Attempt;
import farm.tilth.ledger.chain.OutboxEntry.State;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.List;
import java.util.Optional;

/**
 * Makes intents happen on chain, each once. A signed transaction is stored before it is broadcast, an intent keeps its
 * nonce for ever, and what became of it is decided by nothing but the receipt of an attempt in a canonical block that is
 * deep enough. So a crash at any point, a lost answer, a reorganisation or a price that rises change when it happens,
 * not how often. One outbox works for a sender at a time.
 */
public final class Outbox {
    private final ChainNode node;
    private final OutboxStore store;
    private final TransactionSigner signer;
    private final OutboxLimits limits;
    private final long chainId;

    /** An outbox for one chain; a node of another chain is refused at every step. */
    public Outbox(ChainNode node, OutboxStore store, TransactionSigner signer, OutboxLimits limits, long chainId) {
        this.node = node;
        this.store = store;
        this.signer = signer;
        this.limits = limits;
        this.chainId = chainId;
    }

    public PayoutAddress sender() {
        return signer.address();
    }

    /** Wants something to happen; safe to repeat. */
    public OutboxEntry want(Intent intent) {
        return store.add(intent);
    }

    public Optional<OutboxEntry> find(String id) {
        return store.find(id);
    }

    /**
     * Does what can be done now: follows what was sent, then signs and sends what waits. Call it again and again.
     *
     * @return whether anything is on its way still
     * @throws FarmException with UNAVAILABLE when the node fails; with CONFLICT when it is of another chain
     */
    public boolean step() {
        long actual = node.chainId();
        if (actual != chainId) {
            throw new FarmException(
                    ErrorCode.CONFLICT, "the node is of chain " + actual + ", the farm settles on " + chainId);
        }
        Block head = node.head();
        List<OutboxEntry> sent = store.sent(sender(), limits.inFlight());
        for (OutboxEntry entry : sent) {
            follow(entry, head);
        }
        int room = limits.inFlight() - store.sent(sender(), limits.inFlight()).size();
        List<OutboxEntry> queued = room > 0 ? store.queued(room) : List.of();
        for (OutboxEntry entry : queued) {
            if (affordable(head).isEmpty()) {
                break;
            }
            begin(entry, head);
        }
        return !sent.isEmpty() || !queued.isEmpty();
    }

    private void follow(OutboxEntry entry, Block head) {
        for (Attempt attempt : entry.attempts()) {
            Optional<Inclusion> inclusion = node.inclusion(attempt.hash());
            if (inclusion.isPresent()) {
                finishIfFinal(entry, inclusion.get(), head);
                return;
            }
        }
        long nonce = entry.nonce().orElseThrow();
        if (node.nonce(sender(), head.number()) <= nonce) {
            push(entry, head);
        } else if (usedForGood(entry, head)) {
            store.finish(entry.intent().id(), State.LOST, 0);
        }
    }

    private void finishIfFinal(OutboxEntry entry, Inclusion inclusion, Block head) {
        boolean deep = head.number() - inclusion.block() + 1 >= limits.confirmations();
        if (deep
                && node.block(inclusion.block())
                        .filter(block -> block.hash().equals(inclusion.blockHash()))
                        .isPresent()) {
            store.finish(entry.intent().id(), inclusion.succeeded() ? State.DONE : State.REVERTED, inclusion.gasUsed());
        }
    }

    /** Whether a transaction that is none of ours has the nonce in a final block. */
    private boolean usedForGood(OutboxEntry entry, Block head) {
        long deep = head.number() - limits.confirmations() + 1;
        if (deep < 0 || node.nonce(sender(), deep) <= entry.nonce().orElseThrow()) {
            return false;
        }
        // Asked again: ours may have been included between the two questions.
        return entry.attempts().stream()
                .noneMatch(attempt -> node.inclusion(attempt.hash()).isPresent());
    }

    /** Broadcasts what the chain does not have, replaced by a dearer one when it has waited long. */
    private void push(OutboxEntry entry, Block head) {
        Attempt last = entry.attempts().getLast();
        boolean stale = head.number() - last.sentAtBlock() >= limits.bumpAfterBlocks();
        if (stale && entry.attempts().size() < limits.attempts()) {
            boolean lastChance = entry.attempts().size() == limits.attempts() - 1;
            long wanted = Math.max(affordable(head).orElse(0L), bumped(last.maxFee()));
            long fee = lastChance ? limits.maxFee() : roomy(wanted);
            long tip = bumped(last.tip());
            if (fee <= limits.maxFee() && fee >= bumped(last.maxFee()) && tip <= fee) {
                last = attempt(entry.intent(), entry.nonce().orElseThrow(), fee, tip, head);
                store.replace(entry.intent().id(), last);
            }
        }
        // What the node says to it decides nothing: the next step looks for the receipt.
        node.send(last.signed());
    }

    private void begin(OutboxEntry entry, Block head) {
        long nonce = Math.max(store.lastNonce(sender()).orElse(-1) + 1, node.nonce(sender(), head.number()));
        Attempt first = attempt(entry.intent(), nonce, affordable(head).orElseThrow(), limits.tip(), head);
        store.sign(entry.intent().id(), sender(), nonce, first);
        node.send(first.signed());
    }

    private Attempt attempt(Intent intent, long nonce, long fee, long tip, Block head) {
        byte[] signed = signer.sign(
                new ChainTransaction(chainId, nonce, tip, fee, intent.gasLimit(), intent.to(), intent.data()));
        KeccakHash hash = ChainTransaction.nameOf(signed);
        return new Attempt(hash, signed, fee, tip, head.number());
    }

    /** A fee that still serves when blocks are full for a while; empty when the chain wants more than the limit. */
    private Optional<Long> affordable(Block head) {
        long least = head.baseFee() + limits.tip();
        if (least > limits.maxFee()) {
            return Optional.empty();
        }
        return Optional.of(Math.min(roomy(2 * head.baseFee() + limits.tip()), limits.maxFee()));
    }

    /** The limit itself when the fee is so near to it that no replacement would fit between. */
    private long roomy(long fee) {
        return fee <= limits.maxFee() && bumped(fee) > limits.maxFee() ? limits.maxFee() : fee;
    }

    /** Nodes want an eighth more for a replacement. */
    private static long bumped(long fee) {
        return fee + fee / 8 + 1;
    }
}
