package farm.tilth.splitter.split;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.RenderPlan;

/**
 * How finely a render job is cut. It changes how the work spreads, never the picture.
 *
 * @param tileSide the side of a tile in pixels; tiles at the right and bottom edges are smaller
 * @param samplesPerTask the most samples of a pixel in one task
 */
public record SplitOptions(int tileSide, int samplesPerTask) {
    /** The smallest tile: its 64 blocks are one pixel each. */
    public static final int MIN_TILE_SIDE = 8;
    /** The largest tile: its result is 128 MiB. */
    public static final int MAX_TILE_SIDE = 2048;

    private static final int DEFAULT_TILE_SIDE = 64;
    private static final int SMALL_PICTURE_TILES = 24;
    private static final int DEFAULT_SAMPLES_PER_TASK = 1024;

    public SplitOptions {
        if (tileSide < MIN_TILE_SIDE || tileSide > MAX_TILE_SIDE) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "the tile's side is " + tileSide + "; it must be from " + MIN_TILE_SIDE + " to " + MAX_TILE_SIDE);
        }
        if (samplesPerTask < 1) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "a task needs at least one sample");
        }
    }

    /** 64-pixel tiles, smaller for a small picture so that several workers can share it. */
    public static SplitOptions forPlan(RenderPlan plan) {
        int side = DEFAULT_TILE_SIDE;
        while (side > MIN_TILE_SIDE * 2 && plan.picture().pixels() < (long) SMALL_PICTURE_TILES * side * side) {
            side /= 2;
        }
        return new SplitOptions(side, DEFAULT_SAMPLES_PER_TASK);
    }
}
