package farm.tilth.ledger.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.jcajce.provider.digest.Keccak;
import org.junit.jupiter.api.Test;

class EpochCloseTest {
    private static final Keccak256 KECCAK = content -> new Keccak.Digest256().digest(content);
    private static final PayoutAddress ALICE = PayoutAddress.parse("0x" + "aa".repeat(20));
    private static final PayoutAddress BOB = PayoutAddress.parse("0x" + "bb".repeat(20));

    private final Ledger ledger = new InMemoryLedger(new SettableClock());
    private final EpochClose epochs = new EpochClose(ledger, KECCAK);
    private final Map<Digest, PayoutAddress> addresses = new HashMap<>();
    private int earnings;

    @Test
    void workersOfOneOwnerShareAPayout() {
        earn("a1", 100, ALICE);
        earn("a2", 20, ALICE);
        earn("b", 3, BOB);
        ClosedEpoch closed = close(1, Optional.empty()).orElseThrow();
        assertEquals(List.of(new Payout(ALICE, 120), new Payout(BOB, 3)), closed.payouts());
        assertEquals(123, closed.total());
        assertEquals(closed.payoutRoot(), closed.tree(KECCAK).root());
        assertTrue(closed.tree(KECCAK).proof(BOB).orElseThrow().leadsTo(closed.payoutRoot(), KECCAK));
    }

    @Test
    void payoutsAreCumulative() {
        earn("a1", 100, ALICE);
        ClosedEpoch first = close(1, Optional.empty()).orElseThrow();
        earn("a1", 50, ALICE);
        earn("b", 7, BOB);
        ClosedEpoch second = close(2, Optional.of(first)).orElseThrow();
        assertEquals(List.of(new Payout(ALICE, 150), new Payout(BOB, 7)), second.payouts());
    }

    @Test
    void earningsWithoutAnAddressWait() {
        earn("a1", 100, ALICE);
        earn("homeless", 40, null);
        ClosedEpoch first = close(1, Optional.empty()).orElseThrow();
        assertEquals(40, first.withoutAddress());
        assertEquals(100, first.total());
        addresses.put(Digest.ofText("homeless"), BOB);
        assertEquals(140, close(2, Optional.of(first)).orElseThrow().total());
    }

    @Test
    void epochWithoutEarningsHasNoRoot() {
        assertEquals(Optional.empty(), close(1, Optional.empty()));
        earn("homeless", 40, null);
        assertEquals(Optional.empty(), close(1, Optional.empty()));
    }

    @Test
    void movingAWorkerToAnotherAddressIsNotPaidTwice() {
        earn("a1", 100, ALICE);
        ClosedEpoch first = close(1, Optional.empty()).orElseThrow();
        addresses.put(Digest.ofText("a1"), BOB);
        FarmException e = assertThrows(FarmException.class, () -> close(2, Optional.of(first)));
        assertEquals(ErrorCode.CONFLICT, e.code());
        assertTrue(e.getMessage().contains(ALICE.hex()), e.getMessage());
    }

    @Test
    void thousandsOfWorkersAreReadInPages() {
        for (int i = 0; i < 2_500; i++) {
            earn("worker " + i, 2, i % 2 == 0 ? ALICE : BOB);
        }
        ClosedEpoch closed = close(1, Optional.empty()).orElseThrow();
        assertEquals(List.of(new Payout(ALICE, 2_500), new Payout(BOB, 2_500)), closed.payouts());
    }

    private Optional<ClosedEpoch> close(long epoch, Optional<ClosedEpoch> previous) {
        return epochs.close(epoch, worker -> Optional.ofNullable(addresses.get(worker)), previous);
    }

    private void earn(String worker, long amount, PayoutAddress address) {
        Digest id = Digest.ofText(worker);
        if (address != null) {
            addresses.put(id, address);
        }
        new Treasury(ledger).credit(AccountId.worker(id), amount, Cause.request("earn", "" + earnings++));
    }
}
