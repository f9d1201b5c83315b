package farm.tilth.ledger.escrow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.FarmException;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FeeSplitTest {
    private final Ledger ledger = new InMemoryLedger(new SettableClock());

    private void fees(long amount, String cause) {
        new Treasury(ledger).credit(AccountId.FEES, amount, Cause.request("test", cause));
    }

    private long balance(AccountId account) {
        return ledger.balance(account).balance();
    }

    @Test
    void unitsThatRoundingLeavesGoToTheLargestRemainders() {
        assertArrayEquals(new long[] {4, 3, 3}, Shares.split(10, new long[] {1, 1, 1}));
        assertArrayEquals(new long[] {0, 1, 0}, Shares.split(1, new long[] {1, 2, 1}));
        assertArrayEquals(new long[] {7, 0, 3}, Shares.split(10, new long[] {70, 0, 30}));
        assertArrayEquals(new long[] {0, 0}, Shares.split(0, new long[] {5, 1}));
        assertThrows(IllegalArgumentException.class, () -> Shares.split(5, new long[] {0, 0}));
        assertThrows(IllegalArgumentException.class, () -> Shares.split(-1, new long[] {1}));
        assertThrows(IllegalArgumentException.class, () -> Shares.split(5, new long[] {2, -1}));
    }

    @Test
    void partsSumToTheAmountAndAreWithinAUnitOfTheProportion() {
        for (long seed = 0; seed < 2_000; seed++) {
            Random random = new Random(seed);
            long amount = random.nextLong() >>> 1 + random.nextInt(62);
            long[] weights = random.longs(1 + random.nextInt(8), 0, Long.MAX_VALUE >> random.nextInt(60))
                    .toArray();
            weights[0]++;
            long[] parts = Shares.split(amount, weights);
            BigInteger sum = Arrays.stream(weights)
                    .mapToObj(BigInteger::valueOf)
                    .reduce(BigInteger::add)
                    .orElseThrow();
            assertEquals(amount, Arrays.stream(parts).sum(), "seed " + seed);
            for (int i = 0; i < parts.length; i++) {
                long floor = BigInteger.valueOf(amount)
                        .multiply(BigInteger.valueOf(weights[i]))
                        .divide(sum)
                        .longValueExact();
                assertTrue(parts[i] == floor || parts[i] == floor + 1, "seed " + seed);
            }
        }
    }

    @Test
    void feesOfAnEpochAreSplitOnce() {
        fees(101, "1");
        FeeSplit split = FeeSplit.parse("fees:50, burn:30, treasury:20");
        assertEquals(50, split.distribute(ledger, 7));
        assertEquals(51, balance(AccountId.FEES));
        assertEquals(30, balance(AccountId.BURN));
        assertEquals(-81, balance(AccountId.TREASURY));
        fees(1_000, "2");
        assertEquals(0, split.distribute(ledger, 7), "that epoch's are split");
        assertEquals(1_051, balance(AccountId.FEES));
        split.distribute(ledger, 8);
        assertEquals(30 + 315, balance(AccountId.BURN));
    }

    @Test
    void feesStayWhereNobodyElseHasAShare() {
        fees(9, "1");
        assertEquals(0, FeeSplit.parse("fees:1").distribute(ledger, 1));
        assertEquals(0, FeeSplit.parse("fees:1,burn:0").distribute(ledger, 1));
        assertEquals(9, balance(AccountId.FEES));
    }

    @Test
    void splitThatIsNoneIsRefused() {
        for (String text : new String[] {
            "",
            "fees",
            "fees:x",
            "fees:-1",
            "fees:0",
            "fees:1,fees:2",
            "chain_in:3",
            "customer/7:1",
            "fees:1,",
            "burn:10001"
        }) {
            assertThrows(FarmException.class, () -> FeeSplit.parse(text), text);
        }
    }
}
