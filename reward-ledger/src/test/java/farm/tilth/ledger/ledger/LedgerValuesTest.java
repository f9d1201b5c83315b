package farm.tilth.ledger.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LedgerValuesTest {
    private static final JobId JOB = JobId.parse("0e6a7f0e-52a4-4a0a-9d2f-1d3f6a5b7c8d");

    @Test
    void accountsAreReadAsTheyAreWritten() {
        for (AccountId account : List.of(
                AccountId.customer(new UUID(1, 2)),
                AccountId.escrow(JOB),
                AccountId.calls(new UUID(3, 4)),
                AccountId.worker(Digest.ofText("worker")),
                AccountId.stake(Digest.ofText("worker")),
                AccountId.FEES,
                AccountId.TREASURY)) {
            assertEquals(account, AccountId.parse(account.toString()));
            assertEquals(account, Json.read(Json.write(account), AccountId.class));
        }
        assertEquals("escrow/" + JOB, AccountId.escrow(JOB).toString());
        assertEquals("fees", AccountId.FEES.toString());
    }

    @Test
    void whatIsNoAccountIsRefused() {
        for (String text : List.of("", "fees/", "fees/x", "customer", "customer/", "nobody/1", "worker/a b", "FEES")) {
            assertThrows(FarmException.class, () -> AccountId.parse(text), text);
        }
    }

    @Test
    void idFollowsFromStepPurposeAndCauseAlone() {
        Set<TransferId> ids = new HashSet<>();
        int made = 0;
        for (Step.Kind step : Step.Kind.values()) {
            for (Purpose purpose : Purpose.values()) {
                for (int task = 0; task < 50; task++) {
                    Cause cause = Cause.of(new TaskId(JOB, task));
                    ids.add(TransferId.of(step, purpose, cause));
                    assertEquals(TransferId.of(step, purpose, cause), TransferId.of(step, purpose, cause));
                    made++;
                }
            }
        }
        assertEquals(made, ids.size());
        ids.forEach(id -> assertEquals(8, id.value().version()));
        ids.forEach(id -> assertEquals(2, id.value().variant()));
    }

    @Test
    void idsNeverChange() {
        assertEquals(
                TransferId.parse("a7d8417c-15af-8213-b9a3-8d782dc26f2a"),
                TransferId.of(Step.Kind.DIRECT, Purpose.PAY, Cause.of(new TaskId(JOB, 7))));
    }

    @Test
    void causeKnowsItsJobAndTask() {
        TaskId task = new TaskId(JOB, 7);
        assertEquals(Optional.of(task), Cause.of(task).task());
        assertEquals(Optional.of(JOB), Cause.of(task).job());
        assertEquals(Optional.of(JOB), Cause.of(JOB).job());
        assertEquals(Optional.empty(), Cause.of(JOB).task());
        assertEquals(Optional.empty(), Cause.request("credit", "task:1").job());
        assertNotEquals(Cause.of(JOB), Cause.calls(JOB.value()));
    }

    @Test
    void causesAreShortAndPrintable() {
        for (String text : List.of("", " ", "a\nb", "x".repeat(201))) {
            assertThrows(FarmException.class, () -> new Cause(text));
        }
        assertEquals("x".repeat(200), new Cause("x".repeat(200)).text());
    }

    @Test
    void transferThatMovesNothingIsRefused() {
        AccountId a = AccountId.customer(new UUID(0, 1));
        Cause cause = Cause.of(JOB);
        assertThrows(FarmException.class, () -> Transfer.direct(Purpose.PAY, cause, a, AccountId.FEES, 0));
        assertThrows(FarmException.class, () -> Transfer.direct(Purpose.PAY, cause, a, AccountId.FEES, -1));
        assertThrows(FarmException.class, () -> Transfer.direct(Purpose.PAY, cause, a, a, 1));
    }

    @Test
    void onlyAHoldCanBePosted() {
        AccountId a = AccountId.customer(new UUID(0, 1));
        Transfer direct = Transfer.direct(Purpose.PAY, Cause.of(JOB), a, AccountId.FEES, 5);
        Transfer hold = Transfer.hold(Purpose.PAY, Cause.of(JOB), a, AccountId.FEES, 5, Instant.EPOCH);
        assertThrows(IllegalStateException.class, () -> direct.post(5));
        assertEquals(new Step.Post(hold.id()), hold.post(4).step());
        assertEquals(4, hold.post(4).amount());
        assertEquals(
                4,
                Set.of(
                                hold.id(),
                                hold.post(4).id(),
                                hold.release().id(),
                                hold.expire().id())
                        .size());
    }
}
