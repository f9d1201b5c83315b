package farm.tilth.protocol.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelStep.Tiling;
import farm.tilth.protocol.task.TileBounds;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PictureTilesTest {
    private static final long SEED = 20261123;

    @Test
    void pictureThatFitsIsOneTile() {
        PictureTiles tiles = new PictureTiles(64, 40, new Tiling(64, 16, 16));
        assertEquals(List.of(new TileBounds(0, 0, 64, 40)), tiles.tiles());
        assertThrows(IndexOutOfBoundsException.class, () -> tiles.tile(1));
    }

    @Test
    void tilesOfAnyPictureCoverItAndShareTheOverlap() {
        Random random = new Random(SEED);
        for (int i = 0; i < 300; i++) {
            int side = random.nextInt(16, 80);
            int overlap = random.nextInt(0, side / 2 + 1);
            int width = random.nextInt(1, 400);
            int height = random.nextInt(1, 400);
            String which = "seed " + SEED + ", picture " + i;
            List<TileBounds> tiles = new PictureTiles(width, height, new Tiling(side, overlap, 1)).tiles();
            TileBounds frame = new TileBounds(0, 0, width, height);
            assertTrue(tiles.stream().allMatch(frame::contains), which);
            TileBounds last = tiles.getLast();
            assertEquals(width, last.x() + last.width(), which);
            assertEquals(height, last.y() + last.height(), which);
            for (int k = 1; k < tiles.size(); k++) {
                TileBounds before = tiles.get(k - 1);
                TileBounds tile = tiles.get(k);
                int shared = tile.y() == before.y()
                        ? before.x() + before.width() - tile.x()
                        : before.y() + before.height() - tile.y();
                assertTrue(shared >= overlap, which + ": " + before + " and " + tile);
            }
        }
    }

    @Test
    void tilingsThatCannotBeAreRefused() {
        assertThrows(FarmException.class, () -> new Tiling(8, 0, 1));
        assertThrows(FarmException.class, () -> new Tiling(64, 33, 1));
        assertThrows(FarmException.class, () -> new Tiling(64, 8, 65));
        assertEquals(48, new Tiling(64, 8, 16).extended(33));
    }
}
