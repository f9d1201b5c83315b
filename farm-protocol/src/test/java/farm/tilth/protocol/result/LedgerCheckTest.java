package farm.tilth.protocol.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Csv;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LedgerCheckTest {
    private static final SigningKey KEY = SigningKey.generate();

    private final List<SealedTransfer> log = new ArrayList<>(List.of(
            transfer(1, "DIRECT", "treasury", "customer/a", 100, ""),
            transfer(2, "DIRECT", "customer/a", "escrow/j", 60, ""),
            transfer(4, "HOLD", "customer/a", "calls/a", 30, ""),
            transfer(5, "POST", "customer/a", "calls/a", 20, "id-4"),
            transfer(6, "DIRECT", "customer/a", "escrow/k", 20, "")));

    private static SealedTransfer transfer(
            long number, String step, String debit, String credit, long amount, String resolves) {
        String expires = step.equals("HOLD") ? "99" : "";
        return new SealedTransfer(
                number,
                "id-" + number,
                step,
                debit,
                credit,
                amount,
                "PAY",
                "c" + number,
                resolves,
                expires,
                7 * number);
    }

    private static LedgerAnchor anchor(List<SealedTransfer> log, int upto) {
        Digest hash = SealedTransfer.START;
        for (SealedTransfer transfer : log.subList(0, upto)) {
            hash = transfer.hash(hash);
        }
        return new LedgerAnchor(
                        upto,
                        log.get(upto - 1).number(),
                        upto,
                        hash,
                        Instant.ofEpochSecond(upto),
                        new byte[0],
                        new byte[0])
                .signedBy(KEY);
    }

    private static LedgerCheck.Outcome check(List<SealedTransfer> log, LedgerAnchor... anchors) {
        LedgerCheck check = new LedgerCheck(List.of(anchors), Optional.of(KEY.publicKey()));
        log.forEach(check::take);
        return check.finish();
    }

    private static void assertFound(String words, LedgerCheck.Outcome outcome) {
        assertTrue(
                outcome.findings().stream().anyMatch(finding -> finding.contains(words)),
                () -> "no '" + words + "' in " + outcome.findings());
    }

    @Test
    void soundLogHolds() {
        assertEquals(new LedgerCheck.Outcome(5, 4, List.of()), check(log, anchor(log, 4), anchor(log, 2)));
        assertEquals(new LedgerCheck.Outcome(5, 0, List.of()), check(log));
    }

    @Test
    void anyChangedFieldBreaksTheChain() {
        LedgerAnchor anchor = anchor(log, 5);
        SealedTransfer t = log.get(1);
        List<SealedTransfer> changed = List.of(
                new SealedTransfer(3, t.id(), t.step(), t.debit(), t.credit(), 60, "PAY", "c2", "", "", 14),
                new SealedTransfer(2, "id-x", t.step(), t.debit(), t.credit(), 60, "PAY", "c2", "", "", 14),
                new SealedTransfer(2, t.id(), t.step(), t.debit(), "escrow/x", 60, "PAY", "c2", "", "", 14),
                new SealedTransfer(2, t.id(), t.step(), t.debit(), t.credit(), 50, "PAY", "c2", "", "", 14),
                new SealedTransfer(2, t.id(), t.step(), t.debit(), t.credit(), 60, "FEE", "c2", "", "", 14),
                new SealedTransfer(2, t.id(), t.step(), t.debit(), t.credit(), 60, "PAY", "c3", "", "", 14),
                new SealedTransfer(2, t.id(), t.step(), t.debit(), t.credit(), 60, "PAY", "c2", "", "", 15));
        for (SealedTransfer other : changed) {
            List<SealedTransfer> forged = new ArrayList<>(log);
            forged.set(1, other);
            assertFound("it was changed", check(forged, anchor));
        }
    }

    @Test
    void missingAndAddedTransfersAreFound() {
        LedgerAnchor anchor = anchor(log, 5);
        assertFound("taken away", check(log.subList(0, 4), anchor));
        assertFound(
                "it was changed", check(List.of(log.get(0), log.get(1), log.get(2), log.get(3), log.get(3)), anchor));
        List<SealedTransfer> more = new ArrayList<>(log);
        more.add(2, transfer(3, "DIRECT", "treasury", "customer/thief", 1, ""));
        assertFound("it was changed", check(more, anchor));
    }

    @Test
    void anchorsOfOtherKeysAreFound() {
        LedgerAnchor forged = anchor(log, 5).signedBy(SigningKey.generate());
        assertFound("another farm's key", check(log, forged));
        LedgerAnchor mine = anchor(log, 5);
        LedgerAnchor stretched = new LedgerAnchor(
                mine.seal(), mine.lastTransfer(), 4, mine.hash(), mine.at(), mine.farmKey(), mine.signature());
        assertFound("signature of anchor", check(log, stretched));
    }

    @Test
    void booksThatBreakTheRulesAreFoundEvenIfTheyWereSigned() {
        log.add(transfer(7, "DIRECT", "customer/a", "customer/b", 1, ""));
        assertFound("spends 1 more than it has", check(log, anchor(log, 6)));
        log.set(5, transfer(7, "POST", "customer/a", "calls/a", 20, "id-4"));
        assertFound("which is not open", check(log, anchor(log, 6)));
        log.set(5, transfer(7, "RELEASE", "customer/a", "calls/a", 20, "id-9"));
        assertFound("which is not open", check(log));
        log.set(5, transfer(7, "SWAP", "customer/a", "calls/a", 20, ""));
        assertFound("no step SWAP", check(log));
        log.set(2, transfer(4, "HOLD", "customer/a", "calls/b", 30, ""));
        assertFound("not what its hold was for", check(log));
        log.set(1, transfer(2, "DIRECT", "customer/a", "escrow/j", 0, ""));
        assertFound("its amount is 0", check(log));
        log.set(1, transfer(1, "DIRECT", "treasury", "escrow/j", 1, ""));
        assertFound("was there before", check(log));
    }

    @Test
    void logIsReadAsItWasWritten() {
        for (SealedTransfer transfer : log) {
            String line = Csv.line(transfer.fields());
            assertEquals(transfer, SealedTransfer.parse(line.strip()));
        }
        assertThrows(FarmException.class, () -> SealedTransfer.parse("1,2,3"));
        assertThrows(FarmException.class, () -> SealedTransfer.parse("x,i,DIRECT,a,b,1,PAY,c,,,1"));
    }
}
