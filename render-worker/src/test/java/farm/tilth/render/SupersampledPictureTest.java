package farm.tilth.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.task.ToneMap;
import farm.tilth.splitter.assemble.ToneMapper;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What becomes of pixels when a picture is made smaller. */
class SupersampledPictureTest {
    private static final ToneMapper SQUARE_ROOT =
            new ToneMapper(new ToneMap(ToneMap.Curve.LINEAR, 0, Optional.of(2.0), Optional.empty()));

    private static BufferedImage shown(int width, int height, int factor, float[] mean) throws IOException {
        byte[] png = new SupersampledPicture(width, height, factor, mean).png(SQUARE_ROOT);
        return ImageIO.read(new ByteArrayInputStream(png));
    }

    private static float[] grey(float... values) {
        float[] mean = new float[4 * values.length];
        for (int i = 0; i < values.length; i++) {
            java.util.Arrays.fill(mean, 4 * i, 4 * i + 3, values[i]);
            mean[4 * i + 3] = 1;
        }
        return mean;
    }

    @Test
    void pixelsAreAveragedAfterTheToneMap() throws IOException {
        // A white pixel that is far too bright, a black one, a transparent one and a grey one.
        float[] rendered = {100, 100, 100, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0.25f, 0.25f, 0.25f, 1};
        int half = (255 + 255 / 2) / 3;
        assertEquals(
                191 << 24 | half << 16 | half << 8 | half,
                shown(1, 1, 2, rendered).getRGB(0, 0));
    }

    @Test
    void whatIsRenderedAtItsOwnSizeStaysAsItIs() throws IOException {
        BufferedImage picture = shown(3, 2, 1, grey(0, 1, 0.25f, 0.01f, 0.49f, 0.81f));
        int[] levels = {0, 255, 127, 25, 178, 229};
        for (int i = 0; i < levels.length; i++) {
            assertEquals(levels[i], picture.getRGB(i % 3, i / 3) & 255, "pixel " + i);
        }
    }

    @Test
    void whatIsEvenStaysEven() throws IOException {
        for (int factor = 1; factor <= 4; factor++) {
            float[] even = new float[3 * 2 * factor * factor];
            java.util.Arrays.fill(even, 0.25f);
            BufferedImage picture = shown(3, 2, factor, grey(even));
            for (int i = 0; i < 6; i++) {
                assertEquals(0xff7f7f7f, picture.getRGB(i % 3, i / 3), "at " + factor + " times the size");
            }
        }
    }

    @Test
    void anEdgeIsSharperThanByTheMean() throws IOException {
        // Six pixels of 2 by 2: dark, and light from the middle of the third on.
        float[] rendered = new float[24];
        for (int i = 0; i < rendered.length; i++) {
            rendered[i] = i % 12 < 5 ? 0.04f : 0.36f;
        }
        BufferedImage picture = shown(6, 1, 2, grey(rendered));
        int dark = picture.getRGB(1, 0) & 255;
        int between = picture.getRGB(2, 0) & 255;
        int light = picture.getRGB(3, 0) & 255;
        assertTrue(dark < 51, "the mean is 51, it is " + dark);
        assertEquals((51 + 153) / 2, between, 1);
        assertTrue(light > 153, "the mean is 153, it is " + light);
    }

    @Test
    void columnsAndRowsAreNotMixedUp() throws IOException {
        float[] rendered = new float[4 * 6];
        for (int y = 0; y < 6; y++) {
            java.util.Arrays.fill(rendered, 4 * y, 4 * y + 4, y / 2 == 1 ? 1 : 0);
        }
        BufferedImage picture = shown(2, 3, 2, grey(rendered));
        for (int x = 0; x < 2; x++) {
            assertTrue((picture.getRGB(x, 0) & 255) < 60, "the first row is dark");
            assertTrue((picture.getRGB(x, 1) & 255) > 200, "the second is light");
            assertTrue((picture.getRGB(x, 2) & 255) < 60, "the third is dark");
        }
    }
}
