package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.TaskId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Checks a receipt with nothing but itself. Every finding names the task that it is about. */
public final class ReceiptCheck {
    private final Receipt receipt;
    private final List<String> findings = new ArrayList<>();
    private final Map<Long, Receipt.EpochSecret> epochs = new HashMap<>();
    private final Set<String> transfers = new HashSet<>();

    private ReceiptCheck(Receipt receipt) {
        this.receipt = receipt;
    }

    /** What is wrong with the receipt, for people; empty when everything in it holds. */
    public static List<String> findings(Receipt receipt) {
        ReceiptCheck check = new ReceiptCheck(receipt);
        check.run();
        return List.copyOf(check.findings);
    }

    private void run() {
        require(receipt.format() == Receipt.FORMAT, "the format is " + receipt.format() + ", not " + Receipt.FORMAT);
        require(
                SigningKey.verify(receipt.farmKey(), receipt.statement(), receipt.signature()),
                "the farm's signature does not fit the receipt");
        receipt.epochs().forEach(this::checkEpoch);
        long paid = 0;
        long fees = 0;
        int previous = -1;
        for (Receipt.PaidTask task : receipt.tasks()) {
            require(task.index() > previous, "task " + task.index() + " is listed twice or out of order");
            previous = task.index();
            checkTask(task);
            Receipt.Prices prices = receipt.prices().of(task.spec());
            long gross = prices.gross(task.workUnits());
            fees += prices.fee(gross);
            paid += gross - prices.fee(gross);
        }
        Receipt.Totals totals = receipt.totals();
        require(totals.paid() == paid, "the tasks' pay is " + paid + ", the total says " + totals.paid());
        require(totals.fees() == fees, "the tasks' fees are " + fees + ", the total says " + totals.fees());
        require(
                totals.held() == totals.paid() + totals.fees() + totals.refunded(),
                "held is not paid + fees + refunded");
    }

    private void checkEpoch(Receipt.EpochSecret epoch) {
        epochs.put(epoch.epoch(), epoch);
        epoch.secret()
                .ifPresent(secret -> require(
                        Digest.of(secret).equals(epoch.secretDigest()),
                        "the secret of epoch " + epoch.epoch() + " is not the one that was announced"));
    }

    private void checkTask(Receipt.PaidTask task) {
        String name = "task " + task.index() + ": ";
        TaskId id = new TaskId(receipt.job(), task.index());
        Commitment commitment = new Commitment(id, task.fence(), task.root(), task.result(), task.workUnits());
        require(task.spec().plan().equals(receipt.plan()), name + "it belongs to another plan");
        require(Digest.of(task.workerKey()).equals(task.worker()), name + "the worker's key is not the worker's");
        require(
                SigningKey.verify(task.workerKey(), commitment.statement(), task.signature()),
                name + "the worker's signature does not fit its commitment");
        checkAudit(task, id, name);
        long amount = 0;
        for (Receipt.Payment payment : task.payments()) {
            require(transfers.add(payment.transfer()), name + "transfer " + payment.transfer() + " is listed twice");
            amount += payment.amount();
        }
        require(
                amount == receipt.prices().of(task.spec()).gross(task.workUnits()),
                name + "the payments do not add up to its price");
    }

    private void checkAudit(Receipt.PaidTask task, TaskId id, String name) {
        Receipt.Audit audit = task.audit();
        Digest leaf = Commitment.leaf(id, audit.block(), audit.blockWorkUnits(), audit.blockDigest());
        require(
                MerkleTree.verify(task.root(), audit.block(), audit.blocks(), leaf, audit.proof()),
                name + "the proof does not lead from block " + audit.block() + " to the commitment's root");
        require(!audit.auditor().equals(task.worker()), name + "the worker audited itself");
        require(audit.blockWorkUnits() <= task.workUnits(), name + "the block cost more than the task");
        Receipt.EpochSecret epoch = epochs.get(audit.epoch());
        require(epoch != null, name + "epoch " + audit.epoch() + " is not in the receipt");
        if (epoch != null && epoch.secret().isPresent() && audit.blocks() > 0) {
            int expected = Challenge.block(epoch.secret().get(), task.root(), audit.blocks());
            require(expected == audit.block(), name + "the challenge was block " + expected + ", not " + audit.block());
        }
    }

    private void require(boolean condition, String finding) {
        if (!condition) {
            findings.add(finding);
        }
    }
}
