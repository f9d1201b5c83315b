package farm.tilth.splitter.assemble;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.BlockGrid;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

class FrameFilmTest {
    private static final List<Layer> ALL = List.of(Layer.values());
    private static final TileBounds FRAME = new TileBounds(0, 0, 2, 1);

    /** Pixel 0 was met by 2 of 4 samples, pixel 1 by none; the channels are written in their order. */
    private static final long[][] PIXELS = {
        {one(4), one(2), 0, one(2), one(1), one(2), 0, -one(2), 0, one(2), one(6), 2, 7, 3, one(8), one(2), 0, 0},
        new long[18]
    };

    private static long one(double value) {
        return (long) (value * FilmFormat.ONE);
    }

    private static ResultFile result(int channels) {
        List<ResultFile.Block> blocks = new ArrayList<>();
        for (int block = 0; block < BlockGrid.count(FRAME); block++) {
            ByteBuffer bytes = ByteBuffer.allocate(channels * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (int c = 0; c < channels; c++) {
                bytes.putLong(PIXELS[block][c]);
            }
            blocks.add(new ResultFile.Block(1, bytes.array()));
        }
        return new ResultFile(blocks);
    }

    private static FrameFilm film(List<Layer> layers, int channels) {
        FrameFilm film = new FrameFilm(2, 1, 4, layers);
        film.merge(FRAME, new SampleRange(0, 4), result(channels));
        return film;
    }

    @Test
    void layersAreReadAsWhatTheyMean() {
        FrameFilm film = film(ALL, 18);
        assertArrayEquals(new float[] {1, 0.5f, 0, 0.5f, 0, 0, 0, 0}, film.mean());
        assertArrayEquals(new float[] {0.25f, 0.5f, 0, 0, 0, 0}, film.layer(Layer.ALBEDO));
        assertArrayEquals(new float[] {-0.5f, 0, 0.5f, 0, 0, 0}, film.layer(Layer.NORMAL));
        assertArrayEquals(new float[] {3, 0.5f, 0, 0}, film.layer(Layer.DEPTH));
        assertArrayEquals(new float[] {7, 0}, film.layer(Layer.OBJECT));
        assertArrayEquals(new float[] {3, 0}, film.layer(Layer.MATERIAL));
        assertArrayEquals(new float[] {2, 0}, film.layer(Layer.MOMENT));
        assertArrayEquals(new float[] {1, 0, 0, 0, 0, 0}, film.layer(Layer.HALF));
    }

    @Test
    void aFilmOfOtherLayersIsRefused() {
        assertThrows(FarmException.class, () -> film(ALL, 4));
        assertThrows(FarmException.class, () -> film(List.of(), 18));
        FrameFilm plain = film(List.of(), 4);
        assertThrows(IllegalArgumentException.class, () -> plain.layer(Layer.DEPTH));
    }

    @Test
    void theContentIsNamedWithItsLayers() {
        assertNotEquals(film(List.of(), 4).digest(), film(ALL, 18).digest());
    }

    @Test
    void layersAreWrittenByTheNamesThatCompositorsKnow() {
        FrameFilm film = film(ALL, 18);
        List<String> names = FilmLayers.channels(film, film.mean(), ALL).stream()
                .map(ExrEncoder.Channel::name)
                .toList();
        assertEquals(
                List.of(
                        "R",
                        "G",
                        "B",
                        "A",
                        "albedo.R",
                        "albedo.G",
                        "albedo.B",
                        "normal.X",
                        "normal.Y",
                        "normal.Z",
                        "depth.Z",
                        "depth.coverage",
                        "object.id",
                        "material.id",
                        "variance.Y",
                        "half.R",
                        "half.G",
                        "half.B"),
                names);
    }

    @Test
    void a16BitPngKeepsEveryBit() throws IOException {
        short[] channels = {1, 2, 3, -1, (short) 0xabcd, 0x1234, -2, -1};
        for (boolean opaque : new boolean[] {true, false}) {
            channels[7] = (short) (opaque ? -1 : 0x7fff);
            BufferedImage read = ImageIO.read(new ByteArrayInputStream(PngEncoder.encode16(2, 1, channels)));
            assertEquals(16, read.getColorModel().getComponentSize(0));
            int[] pixel = read.getRaster().getPixel(1, 0, (int[]) null);
            assertArrayEquals(
                    opaque ? new int[] {0xabcd, 0x1234, 0xfffe} : new int[] {0xabcd, 0x1234, 0xfffe, 0x7fff}, pixel);
        }
    }
}
