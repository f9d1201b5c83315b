package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The proof of what a job cost and why: every payment with the audited block that it rests on. Anyone can check it
 * with {@link ReceiptCheck}, without the farm. Amounts are integers of the smallest unit.
 *
 * @param farmKey the farm's public key, Ed25519 as X.509 SubjectPublicKeyInfo
 * @param plan the digest of the plan: what was ordered, to the bit
 * @param prices by which work units became amounts
 * @param tasks every paid task of the job, in the order of their indices
 * @param signature the farm's, over {@link #statement()}; empty before it is signed
 */
public record Receipt(
        int format,
        JobId job,
        Digest plan,
        byte[] farmKey,
        Instant issuedAt,
        Prices prices,
        Totals totals,
        List<PaidTask> tasks,
        List<EpochSecret> epochs,
        List<AssemblyManifest.Output> outputs,
        byte[] signature) {
    /** The number of this format. */
    public static final int FORMAT = 1;

    public Receipt {
        tasks = List.copyOf(tasks);
        epochs = List.copyOf(epochs);
        outputs = List.copyOf(outputs);
    }

    /**
     * A task costs floor(work units × {@code perMillionUnits} / 10^6); of that, floor(× fee / 10^4) is the fee.
     *
     * @param perMillionModelUnits the price of a render job's model steps, whose work units are others; absent in jobs
     *     without
     */
    public record Prices(long perMillionUnits, int feeBasisPoints, Optional<Long> perMillionModelUnits) {
        public Prices {
            perMillionModelUnits = perMillionModelUnits == null ? Optional.empty() : perMillionModelUnits;
        }

        /** One price for all of a job's work. */
        public Prices(long perMillionUnits, int feeBasisPoints) {
            this(perMillionUnits, feeBasisPoints, Optional.empty());
        }

        /** The prices of one task of the job. */
        public Prices of(TaskSpec.Computation task) {
            return task instanceof TaskSpec.RunModel ? models() : new Prices(perMillionUnits, feeBasisPoints);
        }

        /** The prices of the model steps. */
        public Prices models() {
            return new Prices(perMillionModelUnits.orElse(perMillionUnits), feeBasisPoints);
        }

        public long gross(long workUnits) {
            return Math.multiplyExact(workUnits, perMillionUnits) / 1_000_000;
        }

        public long fee(long gross) {
            return Math.multiplyExact(gross, feeBasisPoints) / 10_000;
        }
    }

    /** held = paid + fees + refunded, once the job has ended. */
    public record Totals(long held, long paid, long fees, long refunded) {}

    /**
     * @param worker the digest of {@code workerKey}
     * @param signature the worker's, over {@link Commitment#statement()}
     */
    public record PaidTask(
            int index,
            TaskSpec.Computation spec,
            Digest worker,
            byte[] workerKey,
            long fence,
            Digest result,
            Digest root,
            long workUnits,
            byte[] signature,
            Audit audit,
            List<Payment> payments) {
        public PaidTask {
            payments = List.copyOf(payments);
        }
    }

    /**
     * The challenged block, as the worker committed to it and as a trusted worker recomputed it.
     *
     * @param blocks how many blocks the result has
     * @param proof from the block's leaf to the commitment's root
     * @param auditor the trusted worker
     */
    public record Audit(
            long epoch,
            int block,
            int blocks,
            Digest blockDigest,
            long blockWorkUnits,
            List<Digest> proof,
            Digest auditor) {
        public Audit {
            proof = List.copyOf(proof);
        }
    }

    /** A transfer of the ledger. */
    public record Payment(String transfer, String debit, String credit, long amount) {}

    /** An epoch's secret, published once the epoch is over; its digest was published when it began. */
    public record EpochSecret(long epoch, Digest secretDigest, Optional<byte[]> secret) {}

    /** What the farm signs: the receipt's JSON without a signature. */
    public byte[] statement() {
        return Json.write(withSignature(new byte[0])).getBytes(StandardCharsets.UTF_8);
    }

    public Receipt withSignature(byte[] newSignature) {
        return new Receipt(format, job, plan, farmKey, issuedAt, prices, totals, tasks, epochs, outputs, newSignature);
    }
}
