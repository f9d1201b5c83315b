package farm.tilth.ledger.stake;

import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StakesTest {
    private static final UUID OWNER = new UUID(1, 1);
    private static final Digest WORKER = Digest.ofText("worker");
    private static final Digest EVIDENCE = Digest.ofText("inputs, root, leaf, proof and both outputs");

    private final Ledger ledger = new InMemoryLedger(new SettableClock());
    private final Stakes stakes = new Stakes(ledger);

    @BeforeEach
    void deposit() {
        new Treasury(ledger).credit(AccountId.customer(OWNER), 1_000, cause("credit"));
        assertEquals(TransferResult.CREATED, stakes.deposit(OWNER, WORKER, 600, cause("deposit")));
    }

    @Test
    void depositIsAtRiskAndNotSpendable() {
        assertEquals(600, stakes.balance(WORKER).available());
        assertEquals(400, ledger.balance(AccountId.customer(OWNER)).available());
        assertEquals(TransferResult.EXISTS, stakes.deposit(OWNER, WORKER, 600, cause("deposit")));
        assertEquals(TransferResult.INSUFFICIENT_FUNDS, stakes.deposit(OWNER, WORKER, 401, cause("more")));
    }

    @Test
    void withdrawalGivesBackWhatIsThere() {
        assertEquals(TransferResult.CREATED, stakes.withdraw(OWNER, WORKER, 250, cause("withdrawal")));
        assertEquals(TransferResult.EXISTS, stakes.withdraw(OWNER, WORKER, 250, cause("withdrawal")));
        assertEquals(TransferResult.INSUFFICIENT_FUNDS, stakes.withdraw(OWNER, WORKER, 351, cause("too much")));
        assertEquals(650, ledger.balance(AccountId.customer(OWNER)).balance());
        assertEquals(350, stakes.balance(WORKER).balance());
    }

    @Test
    void evidenceSlashesOnce() {
        assertEquals(TransferResult.CREATED, stakes.slash(WORKER, 100, EVIDENCE));
        assertEquals(TransferResult.EXISTS, stakes.slash(WORKER, 100, EVIDENCE));
        assertEquals(TransferResult.EXISTS_WITH_DIFFERENT_AMOUNT, stakes.slash(WORKER, 200, EVIDENCE));
        assertEquals(
                TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS,
                stakes.slash(Digest.ofText("another worker"), 100, EVIDENCE));
        assertEquals(500, stakes.balance(WORKER).balance());
    }

    @Test
    void slashNeverTakesMoreThanTheStakeOrAnythingEarned() {
        new Treasury(ledger).credit(AccountId.worker(WORKER), 5_000, cause("earned"));
        assertEquals(TransferResult.INSUFFICIENT_FUNDS, stakes.slash(WORKER, 601, EVIDENCE));
        assertEquals(TransferResult.CREATED, stakes.slash(WORKER, 600, EVIDENCE));
        assertEquals(
                new AccountBalance(AccountId.worker(WORKER), 5_000, 0, 0), ledger.balance(AccountId.worker(WORKER)));
    }

    private static Cause cause(String key) {
        return Cause.request("stake", key);
    }
}
