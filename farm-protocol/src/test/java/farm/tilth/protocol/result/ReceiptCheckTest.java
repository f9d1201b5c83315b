package farm.tilth.protocol.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ReceiptCheckTest {
    private static final SigningKey FARM = SigningKey.generate();
    private static final SigningKey WORKER = SigningKey.generate();
    private static final Digest PLAN = Digest.ofText("plan");
    private static final byte[] SECRET = {1, 2, 3};
    private static final JobId JOB = new JobId(UUID.fromString("00000000-0000-4000-8000-000000000001"));

    private static Receipt.PaidTask task() {
        TaskId id = new TaskId(JOB, 0);
        ResultFile result = new ResultFile(List.of(
                new ResultFile.Block(400_000, new byte[] {1}),
                new ResultFile.Block(500_000, new byte[] {2}),
                new ResultFile.Block(100_000, new byte[] {3})));
        Digest file = Digest.of(result.toBytes());
        Commitment commitment = Commitment.to(id, 3, result, file);
        int block = Challenge.block(SECRET, commitment.root(), 3);
        return new Receipt.PaidTask(
                0,
                new TaskSpec.RenderTile(PLAN, 0, new TileBounds(0, 0, 3, 1), new SampleRange(0, 1)),
                WORKER.id(),
                WORKER.publicKey(),
                3,
                file,
                commitment.root(),
                commitment.workUnits(),
                WORKER.sign(commitment.statement()),
                new Receipt.Audit(
                        7,
                        block,
                        3,
                        result.blocks().get(block).digest(),
                        result.blocks().get(block).workUnits(),
                        Commitment.tree(id, result).proof(block),
                        Digest.ofText("auditor")),
                List.of(
                        new Receipt.Payment("t1", "escrow", "worker", 95),
                        new Receipt.Payment("t2", "escrow", "fees", 5)));
    }

    private static Receipt receipt() {
        Receipt unsigned = new Receipt(
                1,
                JOB,
                PLAN,
                FARM.publicKey(),
                Instant.EPOCH,
                new Receipt.Prices(100, 500),
                new Receipt.Totals(1000, 95, 5, 900),
                List.of(task()),
                List.of(new Receipt.EpochSecret(7, Digest.of(SECRET), Optional.of(SECRET))),
                List.of(),
                new byte[0]);
        return unsigned.withSignature(FARM.sign(unsigned.statement()));
    }

    @Test
    void aTrueReceiptHasNoFindingsAlsoAfterItWasStored() {
        assertEquals(List.of(), ReceiptCheck.findings(receipt()));
        assertEquals(List.of(), ReceiptCheck.findings(Json.read(Json.write(receipt()), Receipt.class)));
    }

    @Test
    void everyChangedFigureIsFoundAlsoWhenTheFarmSignsItAgain() {
        String[][] forgeries = {
            {"\"paid\":95", "\"paid\":96"},
            {"\"refunded\":900", "\"refunded\":901"},
            {"\"amount\":95", "\"amount\":94"},
            {"\"workUnits\":1000000", "\"workUnits\":1000001"},
            {"\"fence\":3", "\"fence\":4"},
            {"\"blocks\":3", "\"blocks\":2"},
            {"\"epoch\":7,\"proof\"", "\"epoch\":8,\"proof\""},
            {"\"transfer\":\"t2\"", "\"transfer\":\"t1\""},
            {"\"perMillionUnits\":100", "\"perMillionUnits\":101"},
            {PLAN.hex() + "\",\"samples\"", Digest.ofText("other").hex() + "\",\"samples\""},
        };
        for (String[] forgery : forgeries) {
            String json = Json.write(receipt());
            assertTrue(json.contains(forgery[0]), forgery[0] + " in " + json);
            Receipt forged = Json.read(json.replace(forgery[0], forgery[1]), Receipt.class);
            assertTrue(!ReceiptCheck.findings(forged).isEmpty(), forgery[1]);
            Receipt signedAgain = forged.withSignature(FARM.sign(forged.statement()));
            assertTrue(!ReceiptCheck.findings(signedAgain).isEmpty(), forgery[1] + " signed again");
        }
    }

    @Test
    void anAuditOfAnotherBlockThanTheChallengedOneIsFound() {
        Receipt.Audit audit = task().audit();
        int other = (audit.block() + 1) % 3;
        assertFound(
                a -> new Receipt.Audit(7, other, 3, a.blockDigest(), a.blockWorkUnits(), a.proof(), a.auditor()),
                "the challenge was block");
    }

    @Test
    void aWorkerThatAuditedItselfIsFound() {
        assertFound(
                a -> new Receipt.Audit(7, a.block(), 3, a.blockDigest(), a.blockWorkUnits(), a.proof(), WORKER.id()),
                "audited itself");
    }

    private static void assertFound(UnaryOperator<Receipt.Audit> change, String finding) {
        Receipt r = receipt();
        Receipt.PaidTask t = r.tasks().getFirst();
        Receipt.PaidTask changed = new Receipt.PaidTask(
                t.index(),
                t.spec(),
                t.worker(),
                t.workerKey(),
                t.fence(),
                t.result(),
                t.root(),
                t.workUnits(),
                t.signature(),
                change.apply(t.audit()),
                t.payments());
        Receipt forged = new Receipt(
                1,
                r.job(),
                r.plan(),
                r.farmKey(),
                r.issuedAt(),
                r.prices(),
                r.totals(),
                List.of(changed),
                r.epochs(),
                r.outputs(),
                new byte[0]);
        List<String> findings = ReceiptCheck.findings(forged.withSignature(FARM.sign(forged.statement())));
        assertTrue(findings.toString().contains(finding), findings.toString());
    }
}
