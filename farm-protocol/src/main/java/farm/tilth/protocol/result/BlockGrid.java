package farm.tilth.protocol.result;

import farm.tilth.protocol.task.TileBounds;
import java.util.ArrayList;
import java.util.List;

/**
 * The blocks of a tile: 8 × 8 rectangles, fewer where a side is shorter than 8 pixels, in rows from the top left.
 * Together they cover the tile exactly once. A batch needs no grid: its blocks are its rows.
 */
public final class BlockGrid {
    /** Blocks along a side of a tile that is at least as long. */
    public static final int SIDE = 8;

    private BlockGrid() {}

    public static int count(TileBounds tile) {
        return columns(tile) * rows(tile);
    }

    /**
     * The pixels of one block, in the frame's coordinates.
     *
     * @throws IndexOutOfBoundsException when there is no such block
     */
    public static TileBounds block(TileBounds tile, int index) {
        if (index < 0 || index >= count(tile)) {
            throw new IndexOutOfBoundsException("block " + index + " of " + count(tile));
        }
        int column = index % columns(tile);
        int row = index / columns(tile);
        int x0 = edge(tile.width(), columns(tile), column);
        int x1 = edge(tile.width(), columns(tile), column + 1);
        int y0 = edge(tile.height(), rows(tile), row);
        int y1 = edge(tile.height(), rows(tile), row + 1);
        return new TileBounds(tile.x() + x0, tile.y() + y0, x1 - x0, y1 - y0);
    }

    public static List<TileBounds> blocks(TileBounds tile) {
        List<TileBounds> blocks = new ArrayList<>(count(tile));
        for (int i = 0; i < count(tile); i++) {
            blocks.add(block(tile, i));
        }
        return blocks;
    }

    private static int columns(TileBounds tile) {
        return Math.min(SIDE, tile.width());
    }

    private static int rows(TileBounds tile) {
        return Math.min(SIDE, tile.height());
    }

    private static int edge(int length, int parts, int index) {
        return (int) ((long) index * length / parts);
    }
}
