package farm.tilth.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.cli.client.Statement;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Challenge;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.result.MerkleTree;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BooksTest {
    private static final JobId JOB = new JobId(new UUID(1, 2));

    private static Statement.Posting posting(String transfer, String account, String direction, long amount) {
        String purpose = transfer.equals("t2") ? "FEE" : "PAY";
        return new Statement.Posting(
                transfer, "2026-11-22T10:00:00Z", account, direction, amount, purpose, JOB.toString(), 0);
    }

    private static List<Statement.Posting> postings() {
        return new ArrayList<>(List.of(
                posting("t1", "escrow", "DEBIT", 95),
                posting("t1", "worker", "CREDIT", 95),
                posting("t2", "escrow", "DEBIT", 5),
                posting("t2", "fees", "CREDIT", 5)));
    }

    private static List<String> findings(List<Statement.Posting> postings) {
        ObjectNode document = Json.MAPPER.createObjectNode();
        return Books.findings(new Statement(document, postings), List.of(receipt()));
    }

    private static Receipt receipt() {
        SigningKey farm = SigningKey.generate();
        SigningKey worker = SigningKey.generate();
        Digest plan = Digest.ofText("plan");
        TaskId task = new TaskId(JOB, 0);
        ResultFile result = ResultFile.ofOne(new byte[] {1}, 1_000_000);
        MerkleTree tree = Commitment.tree(task, result);
        Commitment commitment = Commitment.to(task, 1, result, Digest.of(result.toBytes()));
        byte[] secret = {1};
        Receipt.Audit audit = new Receipt.Audit(
                1,
                Challenge.block(secret, tree.root(), 1),
                1,
                result.blocks().getFirst().digest(),
                1_000_000,
                tree.proof(0),
                Digest.ofText("auditor"));
        Receipt.PaidTask line = new Receipt.PaidTask(
                0,
                new TaskSpec.RenderTile(plan, 0, new TileBounds(0, 0, 1, 1), new SampleRange(0, 1)),
                worker.id(),
                worker.publicKey(),
                1,
                commitment.result(),
                commitment.root(),
                commitment.workUnits(),
                worker.sign(commitment.statement()),
                audit,
                List.of(
                        new Receipt.Payment("t1", "escrow", "worker", 95),
                        new Receipt.Payment("t2", "escrow", "fees", 5)));
        Receipt unsigned = new Receipt(
                Receipt.FORMAT,
                JOB,
                plan,
                farm.publicKey(),
                Instant.EPOCH,
                new Receipt.Prices(100, 500),
                new Receipt.Totals(150, 95, 5, 50),
                List.of(line),
                List.of(new Receipt.EpochSecret(1, Digest.of(secret), Optional.empty())),
                List.of(),
                new byte[0]);
        return unsigned.withSignature(farm.sign(unsigned.statement()));
    }

    @Test
    void booksThatHoldHaveNoFindings() {
        assertEquals(List.of(), findings(postings()));
    }

    @Test
    void aMissingSideIsFound() {
        List<Statement.Posting> postings = postings();
        postings.removeLast();
        String found = findings(postings).toString();
        assertTrue(found.contains("the postings sum to -5"), found);
        assertTrue(found.contains("the sides of transfer t2 sum to -5"), found);
        assertTrue(found.contains("task 0: the ledger has no transfer t2 of 5"), found);
    }

    @Test
    void aSecondPaymentIsFound() {
        List<Statement.Posting> postings = postings();
        postings.add(posting("t3", "escrow", "DEBIT", 95));
        postings.add(posting("t3", "worker", "CREDIT", 95));
        assertEquals(List.of("job " + JOB + ": the ledger paid 195, the receipt lists 100"), findings(postings));
    }

    @Test
    void anotherAmountOrAccountIsFound() {
        List<Statement.Posting> postings = postings();
        postings.set(1, posting("t1", "somebody", "CREDIT", 95));
        assertEquals(List.of("job " + JOB + ": task 0: the ledger has no transfer t1 of 95"), findings(postings));
    }

    @Test
    void likenessIsTheCosine() throws Exception {
        var answer =
                Json.MAPPER.readTree("{\"data\":[{\"embedding\":[1,0]},{\"embedding\":[2,0]},{\"embedding\":[0,3]}]}");
        assertEquals(1, Demo.likeness(answer, 0, 1), 1e-12);
        assertEquals(0, Demo.likeness(answer, 0, 2), 1e-12);
    }
}
