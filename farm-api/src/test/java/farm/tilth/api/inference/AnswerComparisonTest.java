package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnswerComparisonTest {
    private static final AnswerComparison ONE_PERCENT = new AnswerComparison(0.01, true);

    @Test
    void devicesThatRoundAlikeMustAgreeToTheBit() {
        AnswerComparison exact = new AnswerComparison(0, false);
        assertTrue(exact.accepts(scores(1, 2), scores(1, 2)));
        assertFalse(exact.accepts(scores(1, Math.nextUp(2f)), scores(1, 2)));
        assertFalse(exact.accepts(scores(0f, 2), scores(-0f, 2)));
    }

    @Test
    void othersMayDifferByAShareOfTheLargestNumber() {
        assertTrue(ONE_PERCENT.accepts(scores(1.99f, -100.5f), scores(1, -100)));
        assertFalse(ONE_PERCENT.accepts(scores(2.01f, -100), scores(1, -100)));
        assertFalse(ONE_PERCENT.accepts(scores(Float.NaN, -100), scores(1, -100)));
        assertFalse(ONE_PERCENT.accepts(scores(1, -100, 0), scores(1, -100)));
    }

    @Test
    void modelWithoutAToleranceIsExactOnEveryDevice() {
        AnswerComparison none = new AnswerComparison(0, true);
        assertTrue(none.accepts(scores(1, 2), scores(1, 2)));
        assertFalse(none.accepts(scores(1, Math.nextUp(2f)), scores(1, 2)));
    }

    @Test
    void halfAndDoublePrecisionHaveTheSameTolerance() {
        assertTrue(ONE_PERCENT.accepts(List.of(halves(100, 1)), List.of(halves(100.5f, 1))));
        assertFalse(ONE_PERCENT.accepts(List.of(halves(100, 1)), List.of(halves(103, 1))));
        assertTrue(ONE_PERCENT.accepts(List.of(doubles(100)), List.of(doubles(100.9))));
        assertFalse(ONE_PERCENT.accepts(List.of(doubles(100)), List.of(doubles(102))));
    }

    @Test
    void labelMustBeRightWhereTheScoresDecideIt() {
        assertFalse(ONE_PERCENT.accepts(labelled(0, 10, 9), labelled(1, 9, 10)));
        assertFalse(ONE_PERCENT.accepts(labelled(1, 10, 9), labelled(0, 10, 9)), "10 and 9 are 0.2 apart and more");
        assertTrue(ONE_PERCENT.accepts(labelled(0, 10, 9), labelled(0, 10.05f, 9)));
    }

    @Test
    void labelMayDifferWhereTheTwoHighestScoresAreCloserThanBothCanMove() {
        assertTrue(ONE_PERCENT.accepts(labelled(1, 10, 10.05f), labelled(0, 10.05f, 10)));
        assertFalse(
                new AnswerComparison(0.01, false).accepts(labelled(1, 10, 10.05f), labelled(0, 10.05f, 10)),
                "what the farm counts itself, such as tokens, is no label");
    }

    @Test
    void marginIsTwiceTheTolerance() {
        long seed = 20261123;
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            float margin = 0.5f * random.nextFloat();
            boolean decided = margin > 2 * 0.01 * 10;
            assertEquals(
                    !decided,
                    ONE_PERCENT.accepts(labelled(1, 10, 10 - margin), labelled(0, 10, 10 - margin)),
                    "margin " + margin + ", seed " + seed);
        }
    }

    @Test
    void rowsAreCutFromEveryTensor() {
        List<List<Tensor>> rows = AnswerComparison.rows(List.of(
                FakeModel.tensor("y", "FP32", floats(1, 2, 3, 4), 2, 2),
                FakeModel.tensor("n", "INT64", longs(7, 8), 2)));
        assertEquals(2, rows.size());
        assertEquals(
                FakeModel.tensor("y", "FP32", floats(3, 4), 1, 2), rows.get(1).get(0));
        assertEquals(FakeModel.tensor("n", "INT64", longs(8), 1), rows.get(1).get(1));
    }

    private static List<Tensor> scores(float... values) {
        return List.of(FakeModel.tensor("y", "FP32", floats(values), 1, values.length));
    }

    private static List<Tensor> labelled(long label, float... scores) {
        return List.of(
                FakeModel.tensor("label", "INT64", longs(label), 1),
                scores(scores).getFirst());
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = buffer(values.length * Float.BYTES);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static byte[] longs(long... values) {
        ByteBuffer bytes = buffer(values.length * Long.BYTES);
        for (long value : values) {
            bytes.putLong(value);
        }
        return bytes.array();
    }

    private static Tensor halves(float... values) {
        ByteBuffer bytes = buffer(values.length * Short.BYTES);
        for (float value : values) {
            bytes.putShort(Float.floatToFloat16(value));
        }
        return FakeModel.tensor("y", "FP16", bytes.array(), 1, values.length);
    }

    private static Tensor doubles(double value) {
        return FakeModel.tensor(
                "y", "FP64", buffer(Double.BYTES).putDouble(value).array(), 1, 1);
    }

    private static ByteBuffer buffer(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
