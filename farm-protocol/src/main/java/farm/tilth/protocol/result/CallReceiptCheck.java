package farm.tilth.protocol.result;

import com.google.protobuf.InvalidProtocolBufferException;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.wire.Seal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** Checks a receipt of online calls with nothing but itself. Every finding names the batch or call that it is about. */
public final class CallReceiptCheck {
    private final CallReceipt receipt;
    private final List<String> findings = new ArrayList<>();
    private final Set<UUID> calls = new HashSet<>();

    private CallReceiptCheck(CallReceipt receipt) {
        this.receipt = receipt;
    }

    /** What is wrong with the receipt, for people; empty when everything in it holds. */
    public static List<String> findings(CallReceipt receipt) {
        CallReceiptCheck check = new CallReceiptCheck(receipt);
        check.run();
        return List.copyOf(check.findings);
    }

    private void run() {
        require(
                receipt.format() == CallReceipt.FORMAT,
                "the format is " + receipt.format() + ", not " + CallReceipt.FORMAT);
        long cost = 0;
        for (int i = 0; i < receipt.batches().size(); i++) {
            checkBatch(receipt.batches().get(i), "batch " + i + ": ");
            for (CallReceipt.Call call : receipt.batches().get(i).calls()) {
                checkCall(call);
                cost += call.amount();
            }
        }
        require(cost == receipt.cost(), "the calls cost " + cost + ", the receipt says " + receipt.cost());
    }

    private void checkBatch(CallReceipt.Batch batch, String name) {
        require(Digest.of(batch.workerKey()).equals(batch.worker()), name + "the worker's key is not the worker's");
        Optional<Seal> seal = seal(batch);
        require(
                seal.isPresent() && isWholeBatch(seal.get(), leaves(batch), batch.workerKey()),
                name + "its calls are not those that the worker signed");
    }

    private static Optional<Seal> seal(CallReceipt.Batch batch) {
        try {
            return Optional.of(Seal.parseFrom(batch.seal()));
        } catch (InvalidProtocolBufferException broken) {
            return Optional.empty();
        }
    }

    private static SortedMap<Integer, Digest> leaves(CallReceipt.Batch batch) {
        SortedMap<Integer, Digest> leaves = new TreeMap<>(batch.others());
        batch.calls().forEach(call -> leaves.put(call.index(), BatchCommitment.leaf(statement(call))));
        return leaves;
    }

    private static CallCommitment statement(CallReceipt.Call call) {
        return new CallCommitment(call.id().toString(), call.root(), call.workUnits());
    }

    /** Whether the leaves are all of the batch, so that its root and its signature are theirs. */
    private static boolean isWholeBatch(Seal seal, SortedMap<Integer, Digest> leaves, byte[] key) {
        int size = leaves.size();
        if (size == 0 || size != seal.getSize() || leaves.firstKey() != 0 || leaves.lastKey() != size - 1) {
            return false;
        }
        MerkleTree tree = new MerkleTree(List.copyOf(leaves.values()));
        Digest own = leaves.get(seal.getIndex());
        try {
            return own != null
                    && BatchCommitment.root(seal, own)
                            .filter(tree.root()::equals)
                            .isPresent()
                    && BatchCommitment.verify(seal, own, key);
        } catch (FarmException noDigest) {
            return false;
        }
    }

    private void checkCall(CallReceipt.Call call) {
        require(calls.add(call.id()), "call " + call.id() + " is listed twice");
        require(
                call.amount() >= 0 && call.amount() <= receipt.prices().gross(call.workUnits()),
                "call " + call.id() + " cost more than its work units");
    }

    private void require(boolean condition, String finding) {
        if (!condition) {
            findings.add(finding);
        }
    }
}
