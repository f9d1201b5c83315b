package farm.tilth.ledger.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every ledger does. */
public abstract class LedgerContract {
    private final SettableClock clock = new SettableClock();

    /** A ledger without any transfer. */
    protected abstract Ledger newLedger(SettableClock clock);

    private void script(String table) {
        LedgerScript.run(newLedger(clock), clock, table);
    }

    @Test
    public void transferMovesItsAmountOnce() {
        script("""
                direct t1 T -> A 100   CREATED
                direct t1 T -> A 100   EXISTS
                direct t2 A -> W  30   CREATED
                direct t2 A -> W  30   EXISTS
                balance T  credited   0 debited 100 held 0
                balance A  credited 100 debited  30 held 0
                balance W  credited  30 debited   0 held 0
                """);
    }

    @Test
    public void idIsTakenByWhatIsThere() {
        script("""
                direct t1 T -> A 100                CREATED
                hold   h1 A -> B  10 @60            CREATED
                hold   h2 A -> B  10 @60            CREATED
                direct h1 A -> B  10                EXISTS_WITH_DIFFERENT_STEP
                hold   t1 T -> A 100 @60            EXISTS_WITH_DIFFERENT_STEP
                release r1 of h1 A -> B 10          CREATED
                release r1 of h2 A -> B 10          EXISTS_WITH_DIFFERENT_STEP
                direct t1 T -> B 100                EXISTS_WITH_DIFFERENT_ACCOUNTS
                direct t1 F -> A 100                EXISTS_WITH_DIFFERENT_ACCOUNTS
                direct t1 T -> A 101                EXISTS_WITH_DIFFERENT_AMOUNT
                direct t1 T -> B 101                EXISTS_WITH_DIFFERENT_ACCOUNTS
                direct t1 T -> A 100 purpose=FEE    EXISTS_WITH_DIFFERENT_CAUSE
                direct t1 T -> A 100 cause=other    EXISTS_WITH_DIFFERENT_CAUSE
                direct t1 T -> A 100                EXISTS
                hold   h2 A -> B  10 @99            EXISTS
                """);
    }

    @Test
    public void nobodyButTheTreasuryOverdraws() {
        script("""
                direct t1 A -> B   1   INSUFFICIENT_FUNDS
                direct t2 F -> B   1   INSUFFICIENT_FUNDS
                direct t3 W -> B   1   INSUFFICIENT_FUNDS
                direct t4 T -> A   5   CREATED
                direct t5 A -> B   6   INSUFFICIENT_FUNDS
                direct t5 A -> B   5   CREATED
                direct t6 A -> B   1   INSUFFICIENT_FUNDS
                balance A credited 5 debited 5 held 0
                """);
    }

    @Test
    public void refusedTransferMayBeMadeLater() {
        script("""
                direct t1 A -> B 5   INSUFFICIENT_FUNDS
                direct c1 T -> A 5   CREATED
                direct t1 A -> B 5   CREATED
                """);
    }

    @Test
    public void heldFundsCannotBeSpent() {
        script("""
                direct t1 T -> A 100         CREATED
                hold   h1 A -> B  80 @60     CREATED
                balance A credited 100 debited 0 held 80
                balance B credited   0 debited 0 held 0
                direct t2 A -> B  21         INSUFFICIENT_FUNDS
                hold   h2 A -> B  21 @60     INSUFFICIENT_FUNDS
                direct t2 A -> B  20         CREATED
                balance A credited 100 debited 20 held 80
                """);
    }

    @Test
    public void postingMovesItsPartAndFreesTheRest() {
        script("""
                direct t1 T -> A 100          CREATED
                hold   h1 A -> B  80 @60      CREATED
                post   p1 of h1 A -> B 81     HOLD_HAS_DIFFERENT_AMOUNT
                post   p1 of h1 A -> W 30     HOLD_HAS_DIFFERENT_ACCOUNTS
                post   p1 of h1 C -> B 30     HOLD_HAS_DIFFERENT_ACCOUNTS
                post   p1 of xx A -> B 30     HOLD_NOT_FOUND
                post   p1 of t1 T -> A 30     HOLD_NOT_FOUND
                post   p1 of h1 A -> B 30     CREATED
                post   p1 of h1 A -> B 30     EXISTS
                post   p2 of h1 A -> B 30     HOLD_WAS_POSTED
                release r1 of h1 A -> B 80    HOLD_WAS_POSTED
                expire e1 of h1 A -> B 80     HOLD_WAS_POSTED
                balance A credited 100 debited 30 held 0
                balance B credited  30 debited  0 held 0
                """);
    }

    @Test
    public void releaseFreesAll() {
        script("""
                direct t1 T -> A 100          CREATED
                hold   h1 A -> B  80 @60      CREATED
                release r1 of h1 A -> B 79    HOLD_HAS_DIFFERENT_AMOUNT
                release r1 of h1 A -> B 80    CREATED
                release r1 of h1 A -> B 80    EXISTS
                release r2 of h1 A -> B 80    HOLD_WAS_RELEASED
                post   p1 of h1 A -> B 10     HOLD_WAS_RELEASED
                direct t2 A -> B 100          CREATED
                balance A credited 100 debited 100 held 0
                """);
    }

    @Test
    public void holdEndsWithItsTime() {
        script("""
                direct t1 T -> A 100          CREATED
                hold   h1 A -> B  40 @60      CREATED
                hold   h2 A -> B  40 @61      CREATED
                expire e1 of h1 A -> B 40     HOLD_HAS_NOT_EXPIRED
                expired 0
                time 60
                post   p1 of h1 A -> B 40     HOLD_HAS_EXPIRED
                balance A credited 100 debited 0 held 80
                expired 1
                expired 0
                balance A credited 100 debited 0 held 40
                post   p1 of h1 A -> B 40     HOLD_HAS_EXPIRED
                release r1 of h1 A -> B 40    HOLD_HAS_EXPIRED
                post   p2 of h2 A -> B 40     CREATED
                time 100
                expired 0
                balance A credited 100 debited 40 held 0
                """);
    }

    @Test
    public void lateReleaseStillFreesWhatNobodyExpired() {
        script("""
                direct t1 T -> A 100          CREATED
                hold   h1 A -> B  40 @60      CREATED
                time 100
                release r1 of h1 A -> B 40    CREATED
                expired 0
                """);
    }

    @Test
    public void entryIsMadeAsAWholeOrNotAtAll() {
        script("""
                direct t1 T -> A 100    CREATED
                direct p1 A -> W  60    &
                direct p2 A -> F  50    INSUFFICIENT_FUNDS
                balance A credited 100 debited 0 held 0
                balance W credited   0 debited 0 held 0
                direct p1 A -> W  60    &
                direct p2 A -> F  40    CREATED
                direct p1 A -> W  60    &
                direct p2 A -> F  40    EXISTS
                direct p1 A -> W  60    &
                direct p3 A -> F   1    INSUFFICIENT_FUNDS
                balance A credited 100 debited 100 held 0
                """);
    }

    @Test
    public void failedEntryLeavesItsHoldOpen() {
        script("""
                direct t1 T -> A 100          CREATED
                hold   h1 A -> B  40 @60      CREATED
                post   p1 of h1 A -> B 40     &
                direct t2 B -> W 41           INSUFFICIENT_FUNDS
                balance A credited 100 debited 0 held 40
                post   p1 of h1 A -> B 40     &
                direct t2 B -> W 40           CREATED
                balance A credited 100 debited 40 held 0
                balance B credited  40 debited 40 held 0
                """);
    }

    @Test
    public void totalsStayWithin63Bits() {
        script("""
                direct t1 T -> A 9223372036854775807  CREATED
                direct t2 T -> B 1                    TOTAL_TOO_LARGE
                direct t3 A -> B 9223372036854775807  CREATED
                direct t4 B -> A 1                    TOTAL_TOO_LARGE
                balance B credited 9223372036854775807 debited 0 held 0
                """);
    }

    @Test
    public void creditFillsABalanceToItsLimitAndWhatIsGivenBackIsNotHeldAgainstIt() {
        script("""
                direct t1 T -> A 1000000000000000000 purpose=CREDIT  CREATED
                direct t2 T -> A 1 purpose=CREDIT                    BALANCE_TOO_LARGE
                direct t3 T -> A 1 purpose=DEPOSIT                   BALANCE_TOO_LARGE
                direct t4 A -> W 5                                   CREATED
                direct t2 T -> A 5 purpose=CREDIT                    CREATED
                direct t5 W -> A 5 purpose=REFUND                    CREATED
                direct t6 T -> B 1000000000000000001 purpose=CREDIT  BALANCE_TOO_LARGE
                """);
    }

    @Test
    public void laterEntriesOfABatchSeeTheEarlierOnes() {
        Ledger ledger = newLedger(clock);
        AccountId a = LedgerScript.account("A");
        AccountId b = LedgerScript.account("B");
        Transfer hold = Transfer.hold(Purpose.CALL, fact("call"), a, b, 30, Instant.ofEpochSecond(60));
        assertEquals(
                List.of(
                        TransferResult.INSUFFICIENT_FUNDS,
                        TransferResult.CREATED,
                        TransferResult.CREATED,
                        TransferResult.EXISTS,
                        TransferResult.CREATED,
                        TransferResult.CREATED,
                        TransferResult.INSUFFICIENT_FUNDS),
                ledger.create(List.of(
                        Transfer.direct(Purpose.PAY, fact("1"), a, b, 10),
                        Transfer.direct(Purpose.CREDIT, fact("2"), AccountId.TREASURY, a, 100),
                        Transfer.direct(Purpose.PAY, fact("1"), a, b, 10),
                        Transfer.direct(Purpose.PAY, fact("1"), a, b, 10),
                        hold,
                        hold.post(20),
                        Transfer.direct(Purpose.PAY, fact("3"), a, b, 71))));
        assertEquals(new AccountBalance(a, 100, 30, 0), ledger.balance(a));
        assertEquals(Optional.of(hold.post(20)), ledger.find(hold.post(20).id()));
        assertEquals(Optional.of(hold), ledger.find(hold.id()));
        assertEquals(Optional.empty(), ledger.find(hold.release().id()));
    }

    @Test
    public void statementPagesListEachPostingOnce() {
        Ledger ledger = newLedger(clock);
        AccountId a = LedgerScript.account("A");
        AccountId w = LedgerScript.account("W");
        clock.set(Instant.ofEpochSecond(7));
        ledger.create(Transfer.direct(Purpose.CREDIT, fact("credit"), AccountId.TREASURY, a, 100));
        for (int i = 0; i < 9; i++) {
            ledger.create(Transfer.direct(Purpose.PAY, fact("pay " + i), a, w, i + 1));
        }
        Transfer hold = Transfer.hold(Purpose.CALL, fact("call"), a, w, 5, Instant.ofEpochSecond(60));
        ledger.create(List.of(hold, hold.post(3)));

        List<Posting> both = pages(ledger, List.of(a, w));
        assertEquals(1 + 9 + 9 + 2, both.size());
        assertEquals(
                both.size(), both.stream().mapToLong(Posting::number).distinct().count());
        assertEquals(
                100 - 45 - 3,
                pages(ledger, List.of(a)).stream()
                        .mapToLong(Posting::signedAmount)
                        .sum());
        Posting first = both.getFirst();
        assertEquals(
                new Posting(
                        first.number(),
                        TransferId.of(Step.Kind.DIRECT, Purpose.CREDIT, fact("credit")),
                        Instant.ofEpochSecond(7),
                        a,
                        Posting.Direction.CREDIT,
                        100,
                        Purpose.CREDIT,
                        fact("credit")),
                first);
        assertEquals(List.of(), ledger.statement(List.of(LedgerScript.account("B")), 0, 10));
        assertEquals(List.of(), ledger.statement(List.of(), 0, 10));
        List<Posting> journal = ledger.journal(0, 1000);
        assertEquals(22, journal.size());
        assertEquals(0, journal.stream().mapToLong(Posting::signedAmount).sum());
        assertEquals(Map.of(Purpose.PAY, 45L, Purpose.CALL, 3L), ledger.debitsByPurpose(a));
        assertEquals(Map.of(), ledger.debitsByPurpose(w));
    }

    private static List<Posting> pages(Ledger ledger, List<AccountId> accounts) {
        List<Posting> all = new ArrayList<>();
        long after = 0;
        for (List<Posting> page = ledger.statement(accounts, after, 4);
                !page.isEmpty();
                page = ledger.statement(accounts, after, 4)) {
            assertTrue(page.size() <= 4);
            all.addAll(page);
            after = page.getLast().number();
        }
        return all;
    }

    @Test
    public void accountsOfAKindComeInPages() {
        Ledger ledger = newLedger(clock);
        List<Transfer> credits = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            AccountId customer = AccountId.customer(new UUID(0, i));
            credits.add(Transfer.direct(Purpose.CREDIT, fact("credit " + i), AccountId.TREASURY, customer, i + 1));
        }
        ledger.create(credits);
        AccountId ten = AccountId.customer(new UUID(0, 9));
        ledger.create(List.of(
                Transfer.direct(Purpose.FEE, fact("fee"), ten, AccountId.FEES, 1),
                Transfer.direct(Purpose.CREDIT, fact("back"), AccountId.FEES, ten, 1)));
        List<AccountBalance> first = ledger.balances(AccountKind.CUSTOMER, "", 4);
        assertEquals(
                List.of(1L, 2L, 3L, 4L),
                first.stream().map(AccountBalance::balance).toList());
        List<AccountBalance> rest =
                ledger.balances(AccountKind.CUSTOMER, first.getLast().account().owner(), 100);
        assertEquals(
                List.of(5L, 6L, 7L, 8L, 9L, 10L),
                rest.stream().map(AccountBalance::balance).toList());
        assertEquals(List.of(), ledger.balances(AccountKind.CUSTOMER, new UUID(0, 9).toString(), 100));
        assertEquals(List.of(), ledger.balances(AccountKind.WORKER, "", 4));
        assertEquals(
                List.of(new AccountBalance(AccountId.TREASURY, 0, 55, 0)),
                ledger.balances(AccountKind.TREASURY, "", 4));
        assertEquals(List.of(new AccountBalance(AccountId.FEES, 1, 1, 0)), ledger.balances(AccountKind.FEES, "", 4));
    }

    @Test
    public void emptyEntryChangesNothing() {
        Ledger ledger = newLedger(clock);
        assertEquals(List.of(TransferResult.EXISTS), ledger.createEntries(List.of(JournalEntry.of())));
        assertEquals(List.of(), ledger.createEntries(List.of()));
        assertEquals(List.of(), ledger.journal(0, 10));
    }

    @Test
    public void limitsAreKept() {
        Ledger ledger = newLedger(clock);
        Transfer transfer =
                Transfer.direct(Purpose.CREDIT, fact("credit"), AccountId.TREASURY, LedgerScript.account("A"), 1);
        FarmException tooLarge = assertThrows(
                FarmException.class, () -> ledger.create(Collections.nCopies(Ledger.MAX_BATCH + 1, transfer)));
        assertEquals(ErrorCode.TOO_LARGE, tooLarge.code());
        assertEquals(0, ledger.balance(LedgerScript.account("A")).balance());
        for (int limit : new int[] {0, -1, Ledger.MAX_PAGE + 1}) {
            assertThrows(FarmException.class, () -> ledger.journal(0, limit));
            assertThrows(FarmException.class, () -> ledger.statement(List.of(), 0, limit));
            assertThrows(FarmException.class, () -> ledger.balances(AccountKind.FEES, "", limit));
            assertThrows(FarmException.class, () -> ledger.expireHolds(limit));
        }
    }

    private static Cause fact(String name) {
        return Cause.request("contract", name);
    }
}
