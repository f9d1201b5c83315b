package farm.tilth.splitter.assemble;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.BlockGrid;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.Layer;
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
    private final List<Layer> layers;
    private final int channels;
    private final long[] sums;
    private final int[] samplesMerged;

    /**
     * An empty film.
     *
     * @param layers what it holds besides colour, in their order
     */
    public FrameFilm(int width, int height, int samples, List<Layer> layers) {
        this.width = width;
        this.height = height;
        this.samples = samples;
        this.layers = List.copyOf(layers);
        this.channels = FilmFormat.channels(layers);
        this.sums = new long[Math.multiplyExact(Math.multiplyExact(width, height), channels)];
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
        if (bytes.length != block.area() * channels * Long.BYTES) {
            throw new FarmException(
                    ErrorCode.RESULT_REJECTED, "the film of " + block + " has " + bytes.length + " bytes");
        }
        add(block, range, ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asLongBuffer());
    }

    /** Adds the samples of a rectangle of the frame, in rows from its top. */
    public void add(TileBounds block, SampleRange range, LongBuffer film) {
        for (int y = block.y(); y < block.y() + block.height(); y++) {
            int pixel = y * width + block.x();
            for (int x = 0; x < block.width(); x++, pixel++) {
                for (int c = 0; c < channels; c++) {
                    sums[pixel * channels + c] += film.get();
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
        int rowLongs = width * channels;
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
        return scaled(0, FilmFormat.CHANNELS, samples);
    }

    /**
     * A layer of the film, {@link Layer#channels} a pixel: means over the samples, but of {@link Layer#DEPTH} the mean
     * over those that met something and their share, and of ids the number.
     *
     * @throws IllegalArgumentException when the film has no such layer
     */
    public float[] layer(Layer layer) {
        requireComplete();
        int first = FilmFormat.firstChannel(layers, layer);
        return switch (layer) {
            case OBJECT, MATERIAL -> ids(first);
            case DEPTH -> depth(first);
            case HALF -> scaled(first, layer.channels(), Math.max(1, samples / 2));
            case ALBEDO, NORMAL, MOMENT -> scaled(first, layer.channels(), samples);
        };
    }

    private float[] scaled(int first, int count, int divisor) {
        float[] values = new float[width * height * count];
        double scale = 1.0 / ((double) FilmFormat.ONE * divisor);
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (sums[i / count * channels + first + i % count] * scale);
        }
        return values;
    }

    private float[] ids(int first) {
        float[] values = new float[width * height];
        for (int i = 0; i < values.length; i++) {
            values[i] = sums[i * channels + first];
        }
        return values;
    }

    private float[] depth(int first) {
        float[] values = new float[width * height * 2];
        for (int i = 0; i < width * height; i++) {
            long met = sums[i * channels + first + 1];
            values[2 * i] = met == 0 ? 0 : (float) (sums[i * channels + first] / ((double) FilmFormat.ONE * met));
            values[2 * i + 1] = (float) ((double) met / samples);
        }
        return values;
    }

    /** How many samples a pixel has when the film is complete. */
    public int samples() {
        return samples;
    }

    public List<Layer> layers() {
        return layers;
    }

    public int width() {
        return width;
    }

    public int height() {
        return height;
    }
}
