package farm.tilth.protocol.task;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.wire.Tensor;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CallCheckTest {
    private static final ModelDescription MODEL = new ModelDescription(
            "scorer",
            Digest.ofText("scorer"),
            "onnx-1",
            List.of(
                    new TensorDescription("input_ids", "INT64", List.of(-1L, -1L)),
                    new TensorDescription("weights", "FP32", List.of(-1L, 3L))),
            List.of(new TensorDescription("scores", "FP32", List.of(-1L))),
            0,
            16,
            ModelDescription.Calibration.EXACT,
            10);

    @Test
    void tensorsThatFitPass() {
        assertDoesNotThrow(() -> CallCheck.check(MODEL, List.of(ids(2, 5), weights(2, 3, 24))));
    }

    @Test
    void wrongShapeNamesTheTensorWhatCameAndWhatIsExpected() {
        assertEquals(
                "tensor 'weights': its shape is [2, 4]; the model takes [-1, 3] (-1 is any positive number)",
                refusal(List.of(ids(2, 5), weights(2, 4, 32))));
        assertEquals(
                "tensor 'weights': its shape is [0, 3]; the model takes [-1, 3] (-1 is any positive number)",
                refusal(List.of(ids(2, 5), weights(0, 3, 0))));
    }

    @Test
    void wrongLengthSaysHowMuchIsNeeded() {
        assertEquals(
                "tensor 'weights': its data has 20 bytes; shape [2, 3] of FP32 needs 24 (6 elements)",
                refusal(List.of(ids(2, 5), weights(2, 3, 20))));
    }

    @Test
    void missingUnknownAndDoubleInputsAreNamed() {
        String inputs = "; its inputs are input_ids INT64 [-1, -1] (-1 is any positive number), weights FP32 [-1, 3]"
                + " (-1 is any positive number)";
        assertEquals("tensor 'weights': it is missing" + inputs, refusal(List.of(ids(1, 1))));
        assertEquals(
                "tensor 'input_ids': model 'scorer' has no such input, or it came twice" + inputs,
                refusal(List.of(ids(1, 1), ids(1, 1))));
    }

    @Test
    void wrongDatatypeIsNamed() {
        Tensor wrong = ids(1, 1).toBuilder().setDatatype("INT32").build();
        assertEquals(
                "tensor 'input_ids': its datatype is INT32; the model takes INT64",
                refusal(List.of(wrong, weights(1, 3, 12))));
        assertEquals(
                ErrorCode.INVALID_TENSOR,
                assertThrows(FarmException.class, () -> Datatype.of("FLOAT", "x"))
                        .code());
    }

    @Test
    void rowsLongerThanTheModelTakesAreRefused() {
        assertEquals(
                "tensor 'input_ids': its shape is [1, 17]; a row of this model has at most 16 tokens",
                refusal(List.of(ids(1, 17), weights(1, 3, 12))));
    }

    @Test
    void productOfDimensionsCannotOverflow() {
        List<Long> shape = List.of(1L << 32, 1L << 32, 1L << 32);
        assertThrows(FarmException.class, () -> CallCheck.elements("x", shape));
        assertEquals(0, CallCheck.elements("x", List.of(0L, 1L << 40)));
        assertEquals(1, CallCheck.elements("x", List.of()));
    }

    @Test
    void tokensAreTheElementsOfTheTokenInput() {
        assertEquals(10, CallCheck.tokens(MODEL, List.of(weights(2, 3, 24), ids(2, 5))));
    }

    @Test
    void modelWithoutTokensIsMeteredByRows() {
        ModelDescription image = new ModelDescription(
                "image",
                Digest.ofText("image"),
                "onnx-1",
                List.of(new TensorDescription("weights", "FP32", List.of(-1L, 3L))),
                List.of(),
                0,
                0,
                ModelDescription.Calibration.EXACT,
                1);
        assertEquals(7, CallCheck.tokens(image, List.of(weights(7, 3, 84))));
        ModelDescription byNumbers = image.metered(5, Optional.of(4));
        assertEquals(6, CallCheck.tokens(byNumbers, List.of(weights(7, 3, 84))), "21 numbers");
        assertEquals(5, byNumbers.workUnitsPerToken());
    }

    @Test
    void descriptionWithoutNumbersHasTheJsonThatItAlwaysHad() {
        assertFalse(Json.write(MODEL).contains("numbersPerToken"));
        ModelDescription byNumbers = MODEL.metered(5, Optional.of(1024));
        assertEquals(MODEL, Json.read(Json.write(MODEL), ModelDescription.class));
        assertEquals(byNumbers, Json.read(Json.write(byNumbers), ModelDescription.class));
    }

    private static String refusal(List<Tensor> inputs) {
        return assertThrows(FarmException.class, () -> CallCheck.check(MODEL, inputs))
                .getMessage();
    }

    private static Tensor ids(int rows, int tokens) {
        return tensor("input_ids", "INT64", rows, tokens, rows * tokens * 8);
    }

    private static Tensor weights(int rows, int columns, int bytes) {
        return tensor("weights", "FP32", rows, columns, bytes);
    }

    private static Tensor tensor(String name, String datatype, long rows, long columns, int bytes) {
        return Tensor.newBuilder()
                .setName(name)
                .setDatatype(datatype)
                .addShape(rows)
                .addShape(columns)
                .setContent(ByteString.copyFrom(new byte[bytes]))
                .build();
    }
}
