package farm.tilth.inference.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.wire.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class RowSlicesTest {
    private static final List<Tensor> ONE = List.of(tensor("x", "UINT8", new byte[] {1, 2}, 1, 2));
    private static final List<Tensor> TWO = List.of(tensor("x", "UINT8", new byte[] {3, 4, 5, 6}, 2, 2));

    @Test
    void joinedCallsComeApartAgain() {
        List<Tensor> joined = RowSlices.join(List.of(ONE, TWO));
        assertEquals(List.of(tensor("x", "UINT8", new byte[] {1, 2, 3, 4, 5, 6}, 3, 2)), joined);
        assertEquals(ONE, RowSlices.slice(joined, 0, 1));
        assertEquals(TWO, RowSlices.slice(joined, 1, 3));
        assertEquals(ONE, RowSlices.join(List.of(ONE)));
    }

    @Test
    void onlyLikeTensorsCanBeJoined() {
        assertTrue(RowSlices.joinable(ONE, TWO));
        assertFalse(RowSlices.joinable(ONE, List.of(tensor("y", "UINT8", new byte[] {1, 2}, 1, 2))));
        assertFalse(RowSlices.joinable(ONE, List.of(tensor("x", "INT8", new byte[] {1, 2}, 1, 2))));
        assertFalse(RowSlices.joinable(ONE, List.of(tensor("x", "UINT8", new byte[] {1, 2, 3}, 1, 3))));
        assertFalse(RowSlices.joinable(ONE, List.of(tensor("x", "UINT8", new byte[] {1, 2}, 2))));
        assertFalse(RowSlices.joinable(ONE, List.of()));
        List<Tensor> text = List.of(tensor("x", "BYTES", new byte[4], 1, 1));
        assertFalse(RowSlices.joinable(text, text));
        List<Tensor> scalar = List.of(tensor("x", "UINT8", new byte[1]));
        assertFalse(RowSlices.joinable(scalar, scalar));
    }

    @Test
    void rowsAreCommonToAllTensors() {
        assertEquals(2, RowSlices.rows(TWO));
        assertEquals(0, RowSlices.rows(List.of(ONE.getFirst(), TWO.getFirst())));
        assertEquals(0, RowSlices.rows(List.of()));
    }

    private static Tensor tensor(String name, String datatype, byte[] content, long... shape) {
        Tensor.Builder tensor =
                Tensor.newBuilder().setName(name).setDatatype(datatype).setContent(ByteString.copyFrom(content));
        for (long dimension : shape) {
            tensor.addShape(dimension);
        }
        return tensor.build();
    }
}
