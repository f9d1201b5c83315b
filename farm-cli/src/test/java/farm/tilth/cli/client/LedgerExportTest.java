package farm.tilth.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Csv;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.LedgerAnchor;
import farm.tilth.protocol.result.LedgerCheck;
import farm.tilth.protocol.result.SealedTransfer;
import farm.tilth.protocol.result.SigningKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerExportTest {
    private final SigningKey key = SigningKey.generate();

    @TempDir
    private Path folder;

    @BeforeEach
    void export() throws IOException {
        StringBuilder log = new StringBuilder(Csv.line(SealedTransfer.HEADER));
        Digest hash = SealedTransfer.START;
        for (int i = 1; i <= 3; i++) {
            SealedTransfer transfer = new SealedTransfer(
                    i, "id" + i, "DIRECT", "treasury", "customer/a", 10, "CREDIT", "=cause, \"" + i + "\"", "", "", i);
            hash = transfer.hash(hash);
            log.append(Csv.line(transfer.fields()));
        }
        LedgerAnchor anchor =
                new LedgerAnchor(1, 3, 3, hash, Instant.ofEpochSecond(9), new byte[0], new byte[0]).signedBy(key);
        Files.writeString(folder.resolve(LedgerExport.LOG), log);
        Files.writeString(folder.resolve(LedgerExport.ANCHORS), Json.write(List.of(anchor)));
    }

    private LedgerCheck.Outcome check() {
        return new LedgerExport(folder).check(Optional.empty(), Optional.of(key.publicKey()));
    }

    private void replaceInLog(String text, String by) throws IOException {
        Path log = folder.resolve(LedgerExport.LOG);
        Files.writeString(log, Files.readString(log).replace(text, by));
    }

    @Test
    void soundExportHolds() {
        assertEquals(new LedgerCheck.Outcome(3, 3, List.of()), check());
    }

    @Test
    void changedLogIsFound() throws IOException {
        replaceInLog("id2,DIRECT,treasury,customer/a,10", "id2,DIRECT,treasury,customer/a,11");
        assertFalse(check().holds());
    }

    @Test
    void anotherFarmsKeyIsFound() {
        LedgerCheck.Outcome outcome = new LedgerExport(folder)
                .check(Optional.empty(), Optional.of(SigningKey.generate().publicKey()));
        assertTrue(outcome.findings().getFirst().contains("another farm's key"));
    }

    @Test
    void unreadableFilesAreNamed() throws IOException {
        replaceInLog("id2,DIRECT", "id2,\"DIRECT");
        assertTrue(assertThrows(FarmException.class, this::check).getMessage().contains("line 3"));
        replaceInLog("number,id", "id,number");
        assertTrue(assertThrows(FarmException.class, this::check).getMessage().contains("does not begin"));
        Files.delete(folder.resolve(LedgerExport.LOG));
        assertTrue(assertThrows(FarmException.class, this::check).getMessage().contains(LedgerExport.LOG));
    }

    @Test
    void keptAnchorsTakeThePlaceOfTheExportedOnes() throws IOException {
        Path kept = folder.resolve("kept.json");
        Files.move(folder.resolve(LedgerExport.ANCHORS), kept);
        assertThrows(FarmException.class, this::check);
        assertTrue(new LedgerExport(folder)
                .check(Optional.of(kept), Optional.empty())
                .holds());
    }
}
