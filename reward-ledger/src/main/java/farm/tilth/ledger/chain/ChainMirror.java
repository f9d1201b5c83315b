package farm.tilth.ledger.chain;

import farm.tilth.ledger.chain.ChainNode.Block;
import farm.tilth.ledger.chain.ChainNode.Log;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.web3j.crypto.Hash;

/**
 * The chain's balances as the farm knows them, from the contracts' events up to a block that is final. A charge of a
 * deposit among them is credited to the customer that the payer named with the deposit, once: never a deposit itself,
 * which the payer may take back. A reorganisation below a checkpoint takes the mirror back to the last one that holds.
 */
public final class ChainMirror {
    static final KeccakHash TRANSFER = topic("Transfer(address,address,uint256)");
    private static final KeccakHash DEPOSITED = topic("Deposited(address,bytes32,uint256)");
    private static final int MAX_RANGE = 1_000;
    private static final KeccakHash CHARGED = topic("Charged(address,uint256,uint256,uint256)");
    private static final int MAX_CHARGES = 1_000;

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

    /** Credits charges to the customers whose deposits they were; returns how many there were. */
    public int credit(Ledger ledger) {
        Treasury treasury = new Treasury(ledger);
        List<Log> charges = store.unsettled(contracts.escrow(), CHARGED, MAX_CHARGES);
        for (Log charge : charges) {
            Log deposit = store.before(charge, DEPOSITED)
                    .orElseThrow(() -> new FarmException(
                            ErrorCode.CONFLICT, "the charge in " + charge.transaction() + " has no deposit before it"));
            ByteBuffer customer = ByteBuffer.wrap(deposit.topics().get(2).bytes(), 16, 16);
            treasury.credit(
                    AccountId.customer(new UUID(customer.getLong(), customer.getLong())),
                    AbiCall.number(charge.data(), 0).longValueExact(),
                    Cause.request("chain", charge.transaction() + ":" + charge.index()));
            store.settle(charge);
        }
        return charges.size();
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

    private static KeccakHash topic(String event) {
        return KeccakHash.fromBytes(Hash.sha3(event.getBytes(StandardCharsets.US_ASCII)));
    }
}
