package farm.tilth.splitter.assemble;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.PictureTiles;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.Calibration;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.ModelStep.Space;
import farm.tilth.protocol.task.ModelStep.Tiling;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.PictureForm;
import farm.tilth.protocol.task.PicturePlane;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.task.ToneMap;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class StagedPictureTest {
    private static final int WIDTH = 100;
    private static final int HEIGHT = 70;
    private static final Tiling TILED = new Tiling(40, 16, 1);
    private static final Tiling WHOLE = new Tiling(WIDTH, 0, 1);

    /** What a model makes of a pixel: its number for a tile, a place and a channel. */
    private interface Model {
        float at(int tile, int x, int y, int channel);
    }

    private static ModelStep step(int scale, Space space, Tiling tiling) {
        ModelDescription model = new ModelDescription(
                "m",
                Digest.ofText("m"),
                "onnx",
                List.of(),
                List.of(),
                0,
                0,
                Calibration.EXACT,
                1,
                Optional.of(new PictureForm(PictureForm.Layout.NCHW, scale)));
        return new ModelStep(
                model, Optional.empty(), new TreeMap<>(Map.of("x", List.of(PicturePlane.COLOR))), space, tiling);
    }

    private static StagedPicture after(ModelStep step, Model model) {
        List<TileBounds> tiles = new PictureTiles(WIDTH, HEIGHT, step.tiling()).tiles();
        List<ResultFile.Block> blocks = new java.util.ArrayList<>();
        for (int i = 0; i < tiles.size(); i++) {
            blocks.add(block(i, tiles.get(i), step.scale(), model));
        }
        return StagedPicture.after(picture(step), frame(), 0, new ResultFile(blocks));
    }

    private static ResultFile.Block block(int number, TileBounds tile, int scale, Model model) {
        ByteBuffer bytes = ByteBuffer.allocate(tile.area() * scale * scale * 12).order(ByteOrder.LITTLE_ENDIAN);
        for (int y = 0; y < tile.height() * scale; y++) {
            for (int x = 0; x < tile.width() * scale; x++) {
                for (int c = 0; c < 3; c++) {
                    bytes.putFloat(model.at(number, tile.x() * scale + x, tile.y() * scale + y, c));
                }
            }
        }
        return new ResultFile.Block(1, bytes.array());
    }

    private static Picture picture(ModelStep... steps) {
        return new Picture(WIDTH, HEIGHT, ToneMap.DEFAULT).through(List.of(steps));
    }

    private static FramePicture frame() {
        Random random = new Random(5);
        float[] color = new float[4 * WIDTH * HEIGHT];
        for (int i = 0; i < color.length; i++) {
            color[i] = i % 4 == 3 ? i / 4 % WIDTH / (float) WIDTH : 3 * random.nextFloat();
        }
        return new FramePicture(WIDTH, HEIGHT, color, Optional.empty(), Optional.empty());
    }

    @Test
    void tilesThatAgreeGiveBackWhatTheyAgreeOn() {
        float[] rgba = after(step(1, Space.LINEAR, TILED), (tile, x, y, c) -> x + 2f * y + c)
                .rgba();
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            assertEquals(i % WIDTH + 2f * (i / WIDTH) + 1, rgba[4 * i + 1], 1e-4);
            assertEquals(i % WIDTH / (float) WIDTH, rgba[4 * i + 3], "alpha is kept");
        }
    }

    @Test
    void tilesThatDisagreeFadeIntoEachOtherWithoutASeam() {
        for (int scale : new int[] {1, 2}) {
            StagedPicture picture = after(step(scale, Space.LINEAR, TILED), (tile, x, y, c) -> tile % 2);
            float[] rgba = picture.rgba();
            float largest = 0;
            for (int y = 1; y < picture.height(); y++) {
                for (int x = 1; x < picture.width(); x++) {
                    float here = rgba[4 * (y * picture.width() + x)];
                    largest = Math.max(largest, Math.abs(here - rgba[4 * (y * picture.width() + x - 1)]));
                    largest = Math.max(largest, Math.abs(here - rgba[4 * ((y - 1) * picture.width() + x)]));
                }
            }
            assertTrue(largest > 0, "the tiles do not meet");
            assertTrue(largest <= 1 / (8f * scale) + 1e-5, "a step of " + largest + " at scale " + scale);
        }
    }

    @Test
    void onlyTheEdgesThatNeighboursShareFade() {
        float[] rgba =
                after(step(1, Space.LINEAR, TILED), (tile, x, y, c) -> tile).rgba();
        assertEquals(0, rgba[0]);
        assertEquals(0, rgba[4 * 10], "before the second tile begins");
        float[] last = {rgba[4 * (WIDTH * HEIGHT - 1)]};
        assertArrayEquals(new float[] {new PictureTiles(WIDTH, HEIGHT, TILED).count() - 1}, last);
    }

    @Test
    void alphaIsEnlargedSmoothly() {
        StagedPicture picture = after(step(2, Space.LINEAR, TILED), (tile, x, y, c) -> 1);
        assertEquals(2 * WIDTH, picture.width());
        for (int x = 1; x < 2 * WIDTH - 1; x++) {
            assertEquals(((x + 0.5) / 2 - 0.5) / WIDTH, picture.rgba()[4 * x + 3], 1e-6);
        }
    }

    @Test
    void whatIsNotFiniteIsBlack() {
        float[] rgba = after(step(1, Space.LINEAR, TILED), (tile, x, y, c) -> Float.NaN)
                .rgba();
        assertEquals(0, rgba[0]);
        assertEquals(0, rgba[4 * (35 * WIDTH + 35)]);
    }

    @Test
    void displayColoursBecomeThePngWithoutAnotherToneMap() throws IOException {
        StagedPicture shown = after(step(1, Space.SRGB, WHOLE), (tile, x, y, c) -> c == 0 ? 2 : 0.5f);
        int argb = ImageIO.read(new ByteArrayInputStream(shown.png(ToneMap.DEFAULT)))
                .getRGB(50, 3);
        assertEquals(128 << 24 | 255 << 16 | 128 << 8 | 128, argb);
        assertThrows(IllegalArgumentException.class, () -> shown.in(Space.LINEAR, ToneMap.DEFAULT));
    }

    @Test
    void linearColoursBecomeThePngOfTheirToneMap() throws IOException {
        ToneMapper mapper = new ToneMapper(ToneMap.DEFAULT);
        int[] expected = mapper.map(frame().color());
        byte[] png = StagedPicture.of(frame()).png(ToneMap.DEFAULT);
        for (int i = 100; i < 120; i++) {
            int argb = ImageIO.read(new ByteArrayInputStream(png)).getRGB(i % WIDTH, i / WIDTH);
            assertEquals(expected[i] >>> 24, argb >>> 24);
            assertEquals(expected[i] & 255, argb & 255, 1);
        }
    }

    @Test
    void resultOfAnotherStepIsRefused() {
        ModelStep step = step(1, Space.LINEAR, TILED);
        ResultFile one = ResultFile.ofOne(new byte[12], 1);
        FarmException e = assertThrows(FarmException.class, () -> StagedPicture.after(picture(step), frame(), 0, one));
        assertEquals(ErrorCode.RESULT_REJECTED, e.code());
        ModelStep whole = step(1, Space.LINEAR, WHOLE);
        assertThrows(FarmException.class, () -> StagedPicture.after(picture(whole), frame(), 0, one));
    }

    @Test
    void frameSurvivesItsBlobAndBrokenBlobsAreRefused() {
        float[] planes = new float[3 * WIDTH * HEIGHT];
        planes[7] = 0.25f;
        FramePicture frame = new FramePicture(WIDTH, HEIGHT, frame().color(), Optional.empty(), Optional.of(planes));
        byte[] bytes = frame.toBytes();
        FramePicture again = FramePicture.parse(ByteBuffer.wrap(bytes));
        assertArrayEquals(frame.color(), again.color());
        assertEquals(Optional.empty(), again.albedo());
        assertArrayEquals(planes, again.normal().orElseThrow());
        for (int at : new int[] {0, 4, 11, 12}) {
            byte[] broken = bytes.clone();
            broken[at] ^= 0x40;
            assertThrows(FarmException.class, () -> FramePicture.parse(ByteBuffer.wrap(broken)), "byte " + at);
        }
        assertThrows(FarmException.class, () -> FramePicture.parse(ByteBuffer.wrap(bytes, 0, bytes.length - 1)));
    }
}
