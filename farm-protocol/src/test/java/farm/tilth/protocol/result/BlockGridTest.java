package farm.tilth.protocol.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.task.TileBounds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class BlockGridTest {
    @Test
    void blocksCoverEveryPixelOfATileExactlyOnce() {
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 500; round++) {
            TileBounds tile = new TileBounds(
                    random.nextInt(100), random.nextInt(100), random.nextInt(1, 70), random.nextInt(1, 70));
            int[] seen = new int[tile.area()];
            for (TileBounds block : BlockGrid.blocks(tile)) {
                assertTrue(tile.contains(block), tile + " " + block);
                for (int y = block.y(); y < block.y() + block.height(); y++) {
                    for (int x = block.x(); x < block.x() + block.width(); x++) {
                        seen[(y - tile.y()) * tile.width() + x - tile.x()]++;
                    }
                }
            }
            for (int count : seen) {
                assertEquals(1, count, tile.toString());
            }
        }
    }

    @Test
    void aTileHas64BlocksUnlessItIsTooSmall() {
        assertEquals(64, BlockGrid.count(new TileBounds(0, 0, 64, 64)));
        assertEquals(64, BlockGrid.count(new TileBounds(0, 0, 8, 9)));
        assertEquals(3 * 8, BlockGrid.count(new TileBounds(0, 0, 3, 100)));
        assertEquals(1, BlockGrid.count(new TileBounds(5, 5, 1, 1)));
        assertThrows(IndexOutOfBoundsException.class, () -> BlockGrid.block(new TileBounds(0, 0, 8, 8), 64));
    }
}
