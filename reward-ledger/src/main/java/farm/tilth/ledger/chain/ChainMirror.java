package farm.tilth.ledger.chain;

import farm.tilth.ledger.chain.ChainNode.Block;
import farm.tilth.ledger.chain.ChainNode.Log;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.web3j.crypto.Hash;

/**
 * The chain's balances as the farm knows them, from the contracts' events up to a block that is final. A reorganisation
 * below a checkpoint takes the mirror back to the last one that holds.
 */
public final class ChainMirror {
    static final KeccakHash TRANSFER = topic("Transfer(address,address,uint256)");
    private static final int MAX_RANGE = 1_000;

    private final ChainNode node;
    private final Contracts contracts;
    private final MirrorStore store;
    private final int confirmations;

    public ChainMirror(ChainNode node, Contracts contracts, MirrorStore store, int confirmations) {
        this.node = node;
        this.contracts = contracts;
        this.store = store;
        this.confirmations = confirmations;
    }

    /**
     * An account whose balance in the mirror is not the chain's at that block.
     *
     * @param holder of tokens
     */
    public record Discrepancy(PayoutAddress holder, long block, long mirrored, long actual) {}

    /** Reads what became final; true when there is more. */
    public boolean step() {
        Optional<MirrorStore.Checkpoint> last = store.last();
        while (last.isPresent() && !isCanonical(last.get())) {
            store.forget(last.get());
            last = store.last();
        }
        long from = last.map(MirrorStore.Checkpoint::block).orElse(-1L) + 1;
        long deepest = node.head().number() - confirmations + 1;
        long to = Math.min(deepest, from + MAX_RANGE - 1);
        if (to < from) {
            return false;
        }
        Block end = node.block(to).orElseThrow();
        List<Log> logs = node.logs(contracts.followed(), from, to);
        store.add(new MirrorStore.Checkpoint(to, end.hash()), logs);
        return to < deepest;
    }

    private boolean isCanonical(MirrorStore.Checkpoint checkpoint) {
        return node.block(checkpoint.block())
                .filter(block -> block.hash().equals(checkpoint.hash()))
                .isPresent();
    }

    /** Compares every holder's balance with the chain's at the mirror's own block; empty when all are equal. */
    public List<Discrepancy> compare() {
        Optional<MirrorStore.Checkpoint> last = store.last();
        if (last.isEmpty()) {
            return List.of();
        }
        PayoutContract payouts = new PayoutContract(node, contracts);
        long block = last.get().block();
        List<Discrepancy> different = new ArrayList<>();
        for (Map.Entry<PayoutAddress, Long> holder :
                store.balances(contracts.token(), TRANSFER).entrySet()) {
            long actual = payouts.balance(holder.getKey(), block);
            if (actual != holder.getValue()) {
                different.add(new Discrepancy(holder.getKey(), block, holder.getValue(), actual));
            }
        }
        return different;
    }

    /** How many accounts have had tokens. */
    public int holders() {
        return store.balances(contracts.token(), TRANSFER).size();
    }

    /** The block up to which everything is known; empty before the first. */
    public Optional<Long> block() {
        return store.last().map(MirrorStore.Checkpoint::block);
    }

    static KeccakHash topic(String event) {
        return KeccakHash.fromBytes(Hash.sha3(event.getBytes(StandardCharsets.US_ASCII)));
    }
}
