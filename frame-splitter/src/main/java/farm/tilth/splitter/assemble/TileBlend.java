package farm.tilth.splitter.assemble;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.PictureTiles;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.PicturePlane;
import farm.tilth.protocol.task.TileBounds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * Puts the tiles that a model gave back together. Where two share pixels, one fades into the other; the outermost
 * quarter of what they share is left out, since there a model has seen least of what is around. A pixel of one tile
 * alone stays to the bit.
 */
final class TileBlend {
    private final int width;
    private final int height;
    private final int scale;
    private final double overlap;
    private final float[] sums;
    private final float[] weights;

    private TileBlend(int width, int height, ModelStep step) {
        this.width = width;
        this.height = height;
        this.scale = step.scale();
        this.overlap = step.tiling().overlap();
        int pixels = Math.multiplyExact(width * scale, height * scale);
        this.sums = new float[Math.multiplyExact(PicturePlane.CHANNELS, pixels)];
        this.weights = new float[pixels];
    }

    /**
     * The picture after a step.
     *
     * @param width of the picture before it
     * @param height of the picture before it
     * @return red, green and blue of each pixel; what is not finite is 0
     * @throws FarmException with RESULT_REJECTED when the result is not one of this step
     */
    static float[] merge(int width, int height, ModelStep step, ResultFile result) {
        List<TileBounds> tiles = new PictureTiles(width, height, step.tiling()).tiles();
        if (tiles.size() != result.blocks().size()) {
            throw new FarmException(
                    ErrorCode.RESULT_REJECTED,
                    "the step's result has " + result.blocks().size() + " blocks, not " + tiles.size());
        }
        TileBlend blend = new TileBlend(width, height, step);
        for (int i = 0; i < tiles.size(); i++) {
            blend.add(tiles.get(i), result.blocks().get(i).bytes());
        }
        return blend.divided();
    }

    private void add(TileBounds tile, byte[] bytes) {
        int columns = tile.width() * scale;
        int rows = tile.height() * scale;
        if (bytes.length != (long) columns * rows * PicturePlane.CHANNELS * Float.BYTES) {
            throw new FarmException(
                    ErrorCode.RESULT_REJECTED, "the step's result for " + tile + " has " + bytes.length + " bytes");
        }
        FloatBuffer values =
                ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] across = ramp(tile.x(), tile.width(), width);
        float[] down = ramp(tile.y(), tile.height(), height);
        for (int y = 0; y < rows; y++) {
            int pixel = (tile.y() * scale + y) * width * scale + tile.x() * scale;
            for (int x = 0; x < columns; x++, pixel++) {
                float weight = across[x] * down[y];
                weights[pixel] += weight;
                for (int c = 0; c < PicturePlane.CHANNELS; c++) {
                    float value = values.get();
                    sums[pixel * PicturePlane.CHANNELS + c] += Float.isFinite(value) ? value * weight : 0;
                }
            }
        }
    }

    /** The weights along a side of a tile: 1, but falling to 0 where another tile begins. */
    private float[] ramp(int start, int length, int whole) {
        float[] ramp = new float[length * scale];
        for (int i = 0; i < ramp.length; i++) {
            double before = start == 0 ? Double.POSITIVE_INFINITY : (i + 0.5) / scale;
            double after = start + length == whole ? Double.POSITIVE_INFINITY : length - (i + 0.5) / scale;
            double weight = overlap == 0 ? 1 : (Math.min(before, after) - overlap / 4) / (overlap / 2);
            ramp[i] = (float) Math.clamp(weight, 0, 1);
        }
        return ramp;
    }

    private float[] divided() {
        for (int i = 0; i < sums.length; i++) {
            float weight = weights[i / PicturePlane.CHANNELS];
            if (weight != 1) {
                sums[i] /= weight;
            }
        }
        return sums;
    }
}
