package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * The proof of what the online calls of some seconds cost: every call that was paid, in the batch that its worker
 * signed. Anyone can check it with {@link CallReceiptCheck}, without the farm. Amounts are integers of the smallest
 * unit. The window's id is that of its transfers in the ledger.
 *
 * @param prices by which work units became amounts
 * @param cost what all of its calls cost; workers and farm got no more and no less
 */
public record CallReceipt(
        int format,
        UUID window,
        UUID account,
        Instant openedAt,
        Receipt.Prices prices,
        long cost,
        List<Batch> batches) {
    /** The number of this format. */
    public static final int FORMAT = 1;

    public CallReceipt {
        batches = List.copyOf(batches);
    }

    /**
     * What a worker answered together.
     *
     * @param worker the digest of {@code workerKey}
     * @param seal the wire's Seal of one of the batch's answers, with the worker's signature
     * @param others the leaves of calls that are not of this receipt, by their places in the batch
     */
    public record Batch(
            Digest worker, byte[] workerKey, byte[] seal, SortedMap<Integer, Digest> others, List<Call> calls) {
        public Batch {
            others = new TreeMap<>(others);
            calls = List.copyOf(calls);
        }

        /** The same with its worker's public key. */
        public Batch withKey(byte[] key) {
            return new Batch(worker, key, seal, others, calls);
        }
    }

    /**
     * One answered call.
     *
     * @param index its place in the batch
     * @param root the Merkle root over the answer's rows: {@link CallCommitment}
     * @param amount what it cost; at most the price of its work units, less where its ceiling was lower
     */
    public record Call(UUID id, int index, Digest root, long workUnits, long amount) {}
}
