package farm.tilth.verifier.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.result.ResultFile.Block;
import farm.tilth.verifier.comparison.Verdict.Reason;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BlockComparisonTest {
    private static final BlockComparison EXACT = new BlockComparison.Exact();
    private static final BlockComparison WITHIN = new BlockComparison.Within(new Tolerance(1e-3, 0.999));

    @Test
    void equalBlocksAreAcceptedByBothRules() {
        assertTrue(EXACT.compare(row(5, 1, 2, 3), row(5, 1, 2, 3)).accepted());
        assertTrue(WITHIN.compare(row(5, 1, 2, 3), row(5, 1, 2, 3)).accepted());
    }

    @Test
    void honestWorkerIsNeverRejectedByEitherRule() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        BlockComparison strictest = new BlockComparison.Within(new Tolerance(0, 1));
        for (int i = 0; i < 1000; i++) {
            byte[] bytes = new byte[4 * random.nextInt(64)];
            random.nextBytes(bytes);
            long workUnits = random.nextLong(Long.MAX_VALUE);
            Block claimed = new Block(workUnits, bytes);
            Block recomputed = new Block(workUnits, bytes.clone());
            assertTrue(EXACT.compare(claimed, recomputed).accepted(), "seed " + seed);
            assertTrue(strictest.compare(claimed, recomputed).accepted(), "seed " + seed);
        }
    }

    @Test
    void exactRuleNamesTheFirstByteThatDiffers() {
        Verdict verdict = EXACT.compare(new Block(1, new byte[] {1, 2, 3}), new Block(1, new byte[] {1, 2, 4}));
        Verdict.Rejected rejected = assertInstanceOf(Verdict.Rejected.class, verdict);
        assertEquals(Reason.CONTENT, rejected.reason());
        assertTrue(rejected.detail().contains("number 2"));
    }

    @Test
    void anySingleBitIsEnoughForTheExactRule() {
        byte[] truth = new byte[64];
        for (int bit = 0; bit < truth.length * 8; bit++) {
            byte[] claim = truth.clone();
            claim[bit / 8] ^= (byte) (1 << (bit % 8));
            assertRejected(Reason.CONTENT, EXACT, new Block(0, claim), new Block(0, truth));
        }
    }

    @Test
    void lengthMustBeEqual() {
        assertRejected(Reason.LENGTH, EXACT, row(1, 1, 2), row(1, 1));
        assertRejected(Reason.LENGTH, WITHIN, row(1, 1, 2), row(1, 1));
        assertRejected(Reason.LENGTH, WITHIN, new Block(1, new byte[3]), new Block(1, new byte[3]));
    }

    @Test
    void workUnitsAreExactInBothRules() {
        assertRejected(Reason.WORK_UNITS, EXACT, row(6, 1), row(5, 1));
        assertRejected(Reason.WORK_UNITS, WITHIN, row(6, 1), row(5, 1));
    }

    @Test
    void roundingOfAnotherDeviceIsWithinTheTolerance() {
        assertTrue(WITHIN.compare(row(5, 1, 2.0005f, 3), row(5, 1, 2, 3)).accepted());
        assertRejected(Reason.CONTENT, EXACT, row(5, 1, 2.0005f, 3), row(5, 1, 2, 3));
    }

    @Test
    void numberThatIsTooFarOffIsRejected() {
        assertRejected(Reason.OUT_OF_TOLERANCE, WITHIN, row(5, 1, 2.002f, 3), row(5, 1, 2, 3));
    }

    @Test
    void directionThatIsTooFarOffIsRejectedThoughEveryNumberIsClose() {
        assertRejected(Reason.OUT_OF_TOLERANCE, WITHIN, row(5, 0.0005f, -0.0005f), row(5, 0.0005f, 0.0005f));
    }

    @Test
    void rowOfZerosDoesNotPassForARow() {
        assertRejected(Reason.OUT_OF_TOLERANCE, WITHIN, row(5, 0, 0), row(5, 0.0001f, 0.0001f));
    }

    @Test
    void notANumberIsAFaultUnlessTheTruthIsTheSame() {
        float nan = Float.NaN;
        float inf = Float.POSITIVE_INFINITY;
        assertRejected(Reason.NOT_FINITE, WITHIN, row(5, 1, nan), row(5, 1, 2));
        assertRejected(Reason.NOT_FINITE, WITHIN, row(5, 1, 2), row(5, 1, inf));
        assertRejected(Reason.NOT_FINITE, WITHIN, row(5, 1, inf), row(5, 1, Float.NEGATIVE_INFINITY));
        assertTrue(WITHIN.compare(row(5, 1, inf), row(5, 1, inf)).accepted());
        assertTrue(WITHIN.compare(row(5, 1, nan), row(5, 1, nan)).accepted());
    }

    @Test
    void hugeNumbersDoNotOverflowTheMeasure() {
        Deviation deviation = Deviation.between(
                row(0, Float.MAX_VALUE).bytes(), row(0, -Float.MAX_VALUE).bytes());
        assertEquals(2.0 * Float.MAX_VALUE, deviation.maxAbsDifference());
        assertEquals(-1, deviation.cosine());
    }

    @Test
    void toleranceOfATensorGrowsWithItsLargestNumber() {
        BlockComparison rule = new BlockComparison.Relative(0.01);
        assertTrue(rule.compare(row(5, 0.09f, 10), row(5, 0, 10)).accepted());
        assertRejected(Reason.OUT_OF_TOLERANCE, rule, row(5, 0.11f, 10), row(5, 0, 10));
        assertRejected(Reason.OUT_OF_TOLERANCE, rule, row(5, 1e-6f), row(5, 0));
        assertRejected(Reason.WORK_UNITS, rule, row(6, 10), row(5, 10));
        assertRejected(Reason.NOT_FINITE, rule, row(5, 10, Float.NaN), row(5, 10, 1));
    }

    @Test
    void tensorWithoutToleranceIsComparedToTheBit() {
        BlockComparison rule = new BlockComparison.Relative(0);
        assertTrue(rule.compare(row(5, 1), row(5, 1)).accepted());
        assertRejected(Reason.CONTENT, rule, row(5, 0f), row(5, -0f));
    }

    @Test
    void measureNeedsRowsOfEqualLength() {
        assertThrows(IllegalArgumentException.class, () -> Deviation.between(new byte[4], new byte[8]));
    }

    private static void assertRejected(Reason reason, BlockComparison rule, Block claimed, Block recomputed) {
        Verdict.Rejected rejected = assertInstanceOf(Verdict.Rejected.class, rule.compare(claimed, recomputed));
        assertEquals(reason, rejected.reason(), rejected.detail());
    }

    private static Block row(long workUnits, float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(numbers.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float number : numbers) {
            bytes.putFloat(number);
        }
        return new Block(workUnits, bytes.array());
    }
}
