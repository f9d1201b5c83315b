package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker's word on its answer to an online inference call. The blocks are the rows of the output: row i of every
 * tensor, one after the other. Tensors of BYTES, or without a common first dimension, make one block together.
 *
 * @param root the Merkle root over the rows' leaves
 */
public record CallCommitment(String callId, Digest root, long workUnits) {
    private static final byte[] DOMAIN = "tilth-call-v1".getBytes(StandardCharsets.US_ASCII);

    public static CallCommitment to(String callId, List<Tensor> output, long workUnits) {
        return new CallCommitment(callId, tree(callId, output).root(), workUnits);
    }

    public static MerkleTree tree(String callId, List<Tensor> output) {
        int count = rows(output);
        List<ByteBuffer> contents = output.stream()
                .map(tensor -> tensor.getContent().asReadOnlyByteBuffer().slice()) // it may be a part of something
                .toList();
        byte[] callDigest = Digest.ofText(callId).bytes();
        List<Digest> leaves = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            MessageDigest row = Digest.sha256();
            for (ByteBuffer content : contents) {
                int stride = content.capacity() / count;
                row.update(content.slice(i * stride, stride));
            }
            leaves.add(leaf(callDigest, i, row.digest()));
        }
        return new MerkleTree(leaves);
    }

    /** SHA-256(0 ‖ SHA-256(call id) ‖ row ‖ SHA-256(bytes)): 32, 4 and 32 bytes. */
    private static Digest leaf(byte[] callDigest, int row, byte[] rowDigest) {
        MessageDigest sha = Digest.sha256();
        sha.update((byte) 0);
        sha.update(callDigest);
        sha.update(ByteBuffer.allocate(4).putInt(row).array());
        sha.update(rowDigest);
        return Digest.fromBytes(sha.digest());
    }

    /**
     * How many blocks an output has; at least one.
     *
     * @throws FarmException with RESULT_REJECTED when there are more than {@link ResultFile#MAX_BLOCKS}
     */
    public static int rows(List<Tensor> output) {
        long rows = -1;
        for (Tensor tensor : output) {
            long first = tensor.getShapeCount() == 0 ? 1 : tensor.getShape(0);
            boolean sliceable = first > 0
                    && !tensor.getDatatype().equals("BYTES")
                    && tensor.getContent().size() % first == 0;
            if (!sliceable || (rows >= 0 && rows != first)) {
                return 1;
            }
            rows = first;
        }
        if (rows > ResultFile.MAX_BLOCKS) {
            throw new FarmException(
                    ErrorCode.RESULT_REJECTED, "the output has more than " + ResultFile.MAX_BLOCKS + " rows");
        }
        return rows < 0 ? 1 : (int) rows;
    }

    /** The bytes that the worker signs. */
    public byte[] statement() {
        return ByteBuffer.allocate(DOMAIN.length + 32 + 32 + 8)
                .put(DOMAIN)
                .put(Digest.ofText(callId).bytes())
                .put(root.bytes())
                .putLong(workUnits)
                .array();
    }
}
