package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * A task's result, as it lies in the blob store: its blocks with the work units that each one cost.
 *
 * <p>All integers are little-endian: the magic {@code TLR1}, the number of blocks (4 bytes), for each block its work
 * units (8 bytes) and its length (4 bytes), and then the bytes of all blocks. Nothing follows.
 */
public record ResultFile(List<Block> blocks) {
    /** The most blocks of one result. */
    public static final int MAX_BLOCKS = 1 << 16;

    private static final int MAGIC = 0x31524c54; // "TLR1"
    private static final int HEADER_BYTES = 8;
    private static final int ENTRY_BYTES = 12;

    public ResultFile {
        blocks = List.copyOf(blocks);
        if (blocks.isEmpty() || blocks.size() > MAX_BLOCKS) {
            throw new IllegalArgumentException("a result has 1 to " + MAX_BLOCKS + " blocks, not " + blocks.size());
        }
    }

    /** A part of a result that can be challenged alone. The array is not copied: leave it as it is. */
    public record Block(long workUnits, byte[] bytes) {
        public Block {
            if (workUnits < 0) {
                throw new IllegalArgumentException("work units are negative");
            }
        }

        public Digest digest() {
            return Digest.of(bytes);
        }
    }

    /** A result of one block. */
    public static ResultFile ofOne(byte[] bytes, long workUnits) {
        return new ResultFile(List.of(new Block(workUnits, bytes)));
    }

    /** The sum over the blocks. */
    public long workUnits() {
        return blocks.stream().mapToLong(Block::workUnits).reduce(0, Math::addExact);
    }

    public byte[] toBytes() {
        long size = HEADER_BYTES;
        for (Block block : blocks) {
            size += ENTRY_BYTES + block.bytes.length;
        }
        ByteBuffer out = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(blocks.size());
        blocks.forEach(block -> out.putLong(block.workUnits).putInt(block.bytes.length));
        blocks.forEach(block -> out.put(block.bytes));
        return out.array();
    }

    /**
     * Reads a result that a stranger wrote. Allocates no more than the length of {@code content}.
     *
     * @throws FarmException with RESULT_REJECTED when it is malformed
     */
    public static ResultFile parse(byte[] content) {
        ByteBuffer in = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        if (content.length < HEADER_BYTES || in.getInt() != MAGIC) {
            throw malformed("it does not start with TLR1");
        }
        int count = in.getInt();
        if (count < 1 || count > MAX_BLOCKS || in.remaining() < (long) count * ENTRY_BYTES) {
            throw malformed("its table of " + count + " blocks is out of range");
        }
        int body = HEADER_BYTES + count * ENTRY_BYTES;
        List<Block> blocks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long workUnits = in.getLong();
            int length = in.getInt();
            if (workUnits < 0 || length < 0 || length > content.length - body) {
                throw malformed("block " + i + " is out of range");
            }
            byte[] bytes = new byte[length];
            in.get(body, bytes);
            body += length;
            blocks.add(new Block(workUnits, bytes));
        }
        if (body != content.length) {
            throw malformed("bytes follow the last block");
        }
        return new ResultFile(blocks);
    }

    private static FarmException malformed(String why) {
        return new FarmException(ErrorCode.RESULT_REJECTED, "the result file is malformed: " + why);
    }
}
