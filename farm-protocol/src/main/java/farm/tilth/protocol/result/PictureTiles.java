package farm.tilth.protocol.result;

import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.TileBounds;
import java.util.ArrayList;
import java.util.List;

/**
 * The tiles in which a model goes over a picture: they cover it, in rows from the top left, and neighbours share the
 * tiling's overlap at least. Each is a block of the result: little-endian FP32, three channels a pixel, in rows from
 * the top of the tile.
 */
public final class PictureTiles {
    private final List<Integer> columns;
    private final List<Integer> rows;
    private final int tileWidth;
    private final int tileHeight;

    /** The tiles of a picture of this size, in pixels. */
    public PictureTiles(int width, int height, ModelStep.Tiling tiling) {
        this.columns = starts(width, tiling);
        this.rows = starts(height, tiling);
        this.tileWidth = Math.min(width, tiling.side());
        this.tileHeight = Math.min(height, tiling.side());
    }

    /** Spread evenly, so that no overlap is much larger than another. */
    private static List<Integer> starts(int length, ModelStep.Tiling tiling) {
        if (length <= tiling.side()) {
            return List.of(0);
        }
        int gaps = Math.ceilDiv(length - tiling.side(), tiling.side() - tiling.overlap());
        List<Integer> starts = new ArrayList<>(gaps + 1);
        for (int i = 0; i <= gaps; i++) {
            starts.add((int) ((long) i * (length - tiling.side()) / gaps));
        }
        return starts;
    }

    public int count() {
        return Math.multiplyExact(columns.size(), rows.size());
    }

    /**
     * The pixels of one tile.
     *
     * @throws IndexOutOfBoundsException when there is no such tile
     */
    public TileBounds tile(int index) {
        if (index < 0 || index >= count()) {
            throw new IndexOutOfBoundsException("tile " + index + " of " + count());
        }
        return new TileBounds(
                columns.get(index % columns.size()), rows.get(index / columns.size()), tileWidth, tileHeight);
    }

    public List<TileBounds> tiles() {
        List<TileBounds> tiles = new ArrayList<>(count());
        for (int i = 0; i < count(); i++) {
            tiles.add(tile(i));
        }
        return tiles;
    }
}
