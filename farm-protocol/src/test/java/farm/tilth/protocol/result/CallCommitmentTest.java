package farm.tilth.protocol.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.wire.Tensor;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallCommitmentTest {
    private static final byte[] CONTENT = new byte[96];

    static {
        for (int i = 0; i < CONTENT.length; i++) {
            CONTENT[i] = (byte) (i * 7);
        }
    }

    @Test
    void contentThatIsAPartOfSomethingIsCommittedAsItself() {
        ByteString part = ByteString.copyFrom(CONTENT).substring(32, 64);
        ByteString copy = ByteString.copyFrom(CONTENT, 32, 32);
        assertEquals(
                CallCommitment.to("c", List.of(tensor(copy)), 5), CallCommitment.to("c", List.of(tensor(part)), 5));
    }

    @Test
    void contentMadeOfPiecesIsCommittedAsItself() {
        ByteString whole = ByteString.copyFrom(CONTENT);
        ByteString pieces = whole.substring(0, 10).concat(whole.substring(10));
        Tensor tensor = Tensor.newBuilder()
                .setName("y")
                .setDatatype("FP32")
                .addShape(3)
                .addShape(8)
                .build();
        assertEquals(
                CallCommitment.to(
                        "c", List.of(tensor.toBuilder().setContent(whole).build()), 5),
                CallCommitment.to(
                        "c", List.of(tensor.toBuilder().setContent(pieces).build()), 5));
    }

    @Test
    void leavesAreTheRowsThatThereAre() {
        Tensor tensor = tensor(ByteString.copyFrom(CONTENT).substring(32, 64));
        assertEquals(2, CallCommitment.rows(List.of(tensor)));
        List<Digest> leaves = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            byte[] row = Arrays.copyOfRange(CONTENT, 32 + 16 * i, 48 + 16 * i);
            byte[] leaf = ByteBuffer.allocate(1 + 32 + 4 + 32)
                    .put((byte) 0)
                    .put(Digest.ofText("c").bytes())
                    .putInt(i)
                    .put(Digest.of(row).bytes())
                    .array();
            leaves.add(Digest.of(leaf));
        }
        assertEquals(
                new MerkleTree(leaves).root(),
                CallCommitment.to("c", List.of(tensor), 1).root());
    }

    @Test
    void tooManyRowsAreRefused() {
        Tensor tensor = Tensor.newBuilder()
                .setName("y")
                .setDatatype("INT8")
                .addShape(ResultFile.MAX_BLOCKS + 1)
                .setContent(ByteString.copyFrom(new byte[ResultFile.MAX_BLOCKS + 1]))
                .build();
        assertThrows(FarmException.class, () -> CallCommitment.to("c", List.of(tensor), 1));
    }

    private static Tensor tensor(ByteString content) {
        return Tensor.newBuilder()
                .setName("y")
                .setDatatype("FP32")
                .addShape(2)
                .addShape(4)
                .setContent(content)
                .build();
    }
}
