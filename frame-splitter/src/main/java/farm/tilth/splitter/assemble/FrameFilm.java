package farm.tilth.splitter.assemble;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.BlockGrid;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.security.MessageDigest;
import java.util.List;

/**
 * The film of a whole frame, merged from the results of its tasks in any order. Sums are integers, so the order and
 * the split leave no trace. Not thread-safe.
 */
public final class FrameFilm {
    private final int width;
    private final int height;
    private final int samples;
    private final long[] sums;
    private final int[] samplesMerged;

    public FrameFilm(int width, int height, int samples) {
        this.width = width;
        this.height = height;
        this.samples = samples;
        this.sums = new long[Math.multiplyExact(Math.multiplyExact(width, height), FilmFormat.CHANNELS)];
        this.samplesMerged = new int[width * height];
    }

    /**
     * Adds the samples of a tile.
     *
     * @throws FarmException with RESULT_REJECTED when the result is not one of this tile
     */
    public void merge(TileBounds tile, SampleRange range, ResultFile result) {
        if (!new TileBounds(0, 0, width, height).contains(tile)) {
            throw new FarmException(ErrorCode.RESULT_REJECTED, tile + " lies outside the frame");
        }
        List<TileBounds> grid = BlockGrid.blocks(tile);
        if (grid.size() != result.blocks().size()) {
            throw new FarmException(
                    ErrorCode.RESULT_REJECTED,
                    "the result of " + tile + " has " + result.blocks().size() + " blocks, not " + grid.size());
        }
        for (int i = 0; i < grid.size(); i++) {
            mergeBlock(grid.get(i), range, result.blocks().get(i).bytes());
        }
    }

    private void mergeBlock(TileBounds block, SampleRange range, byte[] bytes) {
        if (bytes.length != block.area() * FilmFormat.BYTES_PER_PIXEL) {
            throw new FarmException(
                    ErrorCode.RESULT_REJECTED, "the film of " + block + " has " + bytes.length + " bytes");
        }
        LongBuffer film = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer();
        for (int y = block.y(); y < block.y() + block.height(); y++) {
            int pixel = y * width + block.x();
            for (int x = 0; x < block.width(); x++, pixel++) {
                for (int c = 0; c < FilmFormat.CHANNELS; c++) {
                    sums[pixel * FilmFormat.CHANNELS + c] += film.get();
                }
                samplesMerged[pixel] += range.count();
            }
        }
    }

    /**
     * The finished film's digest: SHA-256 of its sums, little-endian, in rows from the top.
     *
     * @throws FarmException with RESULT_REJECTED when a pixel lacks samples or has too many
     */
    public Digest digest() {
        requireComplete();
        MessageDigest sha = Digest.sha256();
        int rowLongs = width * FilmFormat.CHANNELS;
        ByteBuffer row = ByteBuffer.allocate(rowLongs * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int y = 0; y < height; y++) {
            row.clear().asLongBuffer().put(sums, y * rowLongs, rowLongs);
            sha.update(row);
        }
        return Digest.fromBytes(sha.digest());
    }

    private void requireComplete() {
        for (int i = 0; i < samplesMerged.length; i++) {
            if (samplesMerged[i] != samples) {
                throw new FarmException(
                        ErrorCode.RESULT_REJECTED,
                        "pixel (" + i % width + ", " + i / width + ") has " + samplesMerged[i] + " of " + samples
                                + " samples");
            }
        }
    }

    /** The mean over the samples: linear red, green, blue, premultiplied by alpha, and alpha; 4 a pixel. */
    public float[] mean() {
        requireComplete();
        float[] mean = new float[sums.length];
        double scale = 1.0 / ((double) FilmFormat.ONE * samples);
        for (int i = 0; i < sums.length; i++) {
            mean[i] = (float) (sums[i] * scale);
        }
        return mean;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }
}
