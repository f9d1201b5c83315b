package farm.tilth.api.pay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class PenaltiesTest {
    private static final long PENALTY = 1_000_000;

    /** By the contract's terms, where a case takes half of what is there at most. */
    private static long taken(long atRisk, long pending) {
        return Penalties.amount(PENALTY, atRisk, pending, atRisk / 2);
    }

    @Test
    void theWholePenaltyIsTakenWhereTheContractAllowsIt() {
        assertEquals(PENALTY, taken(8_000_000, 0));
        assertEquals(PENALTY, taken(8_000_000, 6_000_000));
        assertEquals(PENALTY / 2, taken(8_000_000, 7_000_000));
        assertEquals(0, taken(8_000_000, 8_000_000));
        assertEquals(0, taken(0, 0));
    }

    @Test
    void aStakeIsEmptiedInFewCasesAndTheRestIsNotWorthATransaction() {
        long left = 8_000_000;
        int cases = 0;
        for (long amount = taken(left, 0); amount > 0; amount = taken(left, 0)) {
            left -= amount;
            cases++;
        }
        assertEquals(13, cases);
        assertTrue(left < PENALTY / 50, "left " + left);
    }

    @Test
    void noCaseTakesMoreThanTheContractAllowsWhateverIsOnItsWay() {
        Random random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            long atRisk = random.nextLong(1, 1L << random.nextInt(1, 62));
            long pending = random.nextLong(0, atRisk + 1);
            long amount = taken(atRisk, pending);
            long share = (atRisk - pending) / 2;
            assertTrue(amount >= 0 && amount <= share, () -> amount + " of " + atRisk + " less " + pending);
        }
    }
}
