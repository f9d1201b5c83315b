package farm.tilth.cli.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.process.Installation;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.CallReceipt;
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
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReceiptCommandTest {
    private static final byte[] SECRET = {1, 2, 3};

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int verify(Object receipt) throws IOException {
        out.reset();
        Path file = Files.writeString(folder.resolve("receipt.json"), Json.write(receipt));
        Surroundings surroundings = new Surroundings(
                Map.of(),
                Installation.at(folder),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                false);
        return TilthMain.commandLine(surroundings).execute("receipt", "verify", file.toString(), "--json");
    }

    private JsonNode document() throws IOException {
        return Json.MAPPER.readTree(out.toString(StandardCharsets.UTF_8));
    }

    /** A receipt of one task in which everything holds, with that much paid. */
    private static Receipt receipt(long paid) {
        SigningKey farm = SigningKey.generate();
        SigningKey worker = SigningKey.generate();
        Digest plan = Digest.ofText("plan");
        TaskId task = new TaskId(new JobId(new UUID(1, 2)), 0);
        ResultFile result = new ResultFile(
                List.of(new ResultFile.Block(600_000, new byte[] {1}), new ResultFile.Block(400_000, new byte[] {2})));
        MerkleTree tree = Commitment.tree(task, result);
        Commitment commitment = Commitment.to(task, 1, result, Digest.of(result.toBytes()));
        int block = Challenge.block(SECRET, tree.root(), 2);
        Receipt.Audit audit = new Receipt.Audit(
                1,
                block,
                2,
                result.blocks().get(block).digest(),
                result.blocks().get(block).workUnits(),
                tree.proof(block),
                Digest.ofText("auditor"));
        Receipt.PaidTask line = new Receipt.PaidTask(
                0,
                new TaskSpec.RenderTile(plan, 0, new TileBounds(0, 0, 2, 2), new SampleRange(0, 1)),
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
                task.job(),
                plan,
                farm.publicKey(),
                Instant.EPOCH,
                new Receipt.Prices(100, 500),
                new Receipt.Totals(200, paid, 5, 195 - paid),
                List.of(line),
                List.of(new Receipt.EpochSecret(1, Digest.of(SECRET), Optional.of(SECRET))),
                List.of(),
                new byte[0]);
        return unsigned.withSignature(farm.sign(unsigned.statement()));
    }

    @Test
    void aTrueReceiptIsCode0() throws IOException {
        assertEquals(0, verify(receipt(95)), () -> out.toString(StandardCharsets.UTF_8));
        assertTrue(document().path("valid").asBoolean());
    }

    @Test
    void aFalseReceiptIsCode1WithItsFindings() throws IOException {
        assertEquals(1, verify(receipt(96)));
        assertEquals(
                "the tasks' pay is 95, the total says 96",
                document().path("findings").path(0).asText());
        Receipt forged = receipt(95).withSignature(new byte[64]);
        assertEquals(1, verify(forged));
        assertTrue(document().path("findings").toString().contains("signature"));
    }

    @Test
    void receiptsOfCallsAreKnownByTheirWindow() throws IOException {
        CallReceipt none = new CallReceipt(
                CallReceipt.FORMAT,
                new UUID(1, 2),
                new UUID(3, 4),
                Instant.EPOCH,
                new Receipt.Prices(1, 0),
                0,
                List.of());
        assertEquals(0, verify(none), () -> out.toString(StandardCharsets.UTF_8));
        assertEquals(new UUID(1, 2).toString(), document().path("window").asText());
        CallReceipt dear = new CallReceipt(
                CallReceipt.FORMAT,
                new UUID(1, 2),
                new UUID(3, 4),
                Instant.EPOCH,
                new Receipt.Prices(1, 0),
                7,
                List.of());
        assertEquals(1, verify(dear));
        assertTrue(document().path("findings").toString().contains("the receipt says 7"));
    }
}
