package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import java.util.List;
import java.util.Optional;

/**
 * What the farm asks of a node of the chain. What it answers is believed only as far as the farm's own rules go: a
 * receipt counts when its block is canonical and deep enough. Every call is bounded in time.
 *
 * <p>All calls throw {@link farm.tilth.protocol.FarmException} with UNAVAILABLE when the node cannot be reached, hangs,
 * or answers what makes no sense; a transaction that was being sent may then be there or not.
 */
public interface ChainNode {
    /** A block of the canonical chain as it is now. */
    record Block(long number, KeccakHash hash, long baseFee, long timestamp) {}

    /**
     * What became of a transaction, in the block that it is in now.
     *
     * @param contract what it created, if it created something
     */
    record Inclusion(
            long block, KeccakHash blockHash, boolean succeeded, long gasUsed, Optional<PayoutAddress> contract) {}

    /** An event of a contract. */
    record Log(
            long block,
            KeccakHash blockHash,
            int index,
            KeccakHash transaction,
            PayoutAddress contract,
            List<KeccakHash> topics,
            byte[] data) {}

    /** What a node says to a transaction. Only a receipt tells what became of it. */
    enum Reception {
        ACCEPTED,
        ALREADY_KNOWN,
        NONCE_TOO_LOW,
        UNDERPRICED,
        INSUFFICIENT_FUNDS,
        REFUSED
    }

    long chainId();

    Block head();

    /** The canonical block of that height; empty above the head. */
    Optional<Block> block(long number);

    /** How many transactions of the account are in the chain up to the block: its next nonce there. */
    long nonce(PayoutAddress account, long atBlock);

    Optional<Inclusion> inclusion(KeccakHash transaction);

    Reception send(byte[] signedTransaction);

    /** What a call would return at the end of the block. */
    byte[] call(PayoutAddress contract, byte[] data, long atBlock);

    /** The contracts' events in a range of blocks, both ends included, in their order. */
    List<Log> logs(List<PayoutAddress> contracts, long fromBlock, long toBlock);
}
