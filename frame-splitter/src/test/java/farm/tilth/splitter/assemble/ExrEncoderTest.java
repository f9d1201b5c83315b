package farm.tilth.splitter.assemble;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;

class ExrEncoderTest {
    /** Reads what the encoder writes, after the published layout: the channels' names, then every value. */
    private static final class Reader {
        private final ByteBuffer in;
        private final List<String> channels = new ArrayList<>();

        Reader(byte[] exr) {
            in = ByteBuffer.wrap(exr).order(ByteOrder.LITTLE_ENDIAN);
            assertEquals(20000630, in.getInt());
            assertEquals(2, in.getInt());
            for (String name = text(); !name.isEmpty(); name = text()) {
                text();
                int size = in.getInt();
                int end = in.position() + size;
                if (name.equals("channels")) {
                    for (String channel = text(); !channel.isEmpty(); channel = text()) {
                        channels.add(channel);
                        in.position(in.position() + 16);
                    }
                }
                in.position(end);
            }
        }

        private String text() {
            int start = in.position();
            while (in.get() != 0) {
                continue;
            }
            return new String(in.array(), start, in.position() - 1 - start, StandardCharsets.US_ASCII);
        }

        float[][] values(int width, int height) throws DataFormatException {
            float[][] values = new float[channels.size()][width * height];
            int chunks = (height + 15) / 16;
            for (int chunk = 0; chunk < chunks; chunk++) {
                int at = (int) in.getLong(in.position() + chunk * 8);
                int first = in.getInt(at);
                int lines = Math.min(16, height - first);
                ByteBuffer plain = chunk(at, lines * width * channels.size() * 4);
                for (int y = first; y < first + lines; y++) {
                    for (float[] channel : values) {
                        for (int x = 0; x < width; x++) {
                            channel[y * width + x] = plain.getFloat();
                        }
                    }
                }
            }
            return values;
        }

        private ByteBuffer chunk(int at, int size) throws DataFormatException {
            int packed = in.getInt(at + 4);
            byte[] plain = new byte[size];
            if (packed == size) {
                in.get(at + 8, plain);
                return ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
            }
            byte[] split = new byte[size];
            Inflater inflater = new Inflater();
            inflater.setInput(in.array(), at + 8, packed);
            assertEquals(size, inflater.inflate(split));
            inflater.end();
            for (int i = 1; i < size; i++) {
                split[i] = (byte) (split[i - 1] + split[i] - 128);
            }
            for (int i = 0; i < size; i++) {
                plain[i] = split[i % 2 == 0 ? i / 2 : (size + 1) / 2 + i / 2];
            }
            return ByteBuffer.wrap(plain).order(ByteOrder.LITTLE_ENDIAN);
        }
    }

    private static void assertReadsBack(int width, int height, boolean noise) throws DataFormatException {
        SplittableRandom random = new SplittableRandom(width * 1000L + height);
        float[] mean = new float[width * height * 4];
        for (int i = 0; i < mean.length; i++) {
            mean[i] = noise ? Float.intBitsToFloat(random.nextInt() & 0x3fffffff) : i % 4;
        }
        Reader reader = new Reader(ExrEncoder.encode(width, height, ExrEncoder.rgba(mean)));
        assertEquals(List.of("A", "B", "G", "R"), reader.channels);
        float[][] values = reader.values(width, height);
        for (int i = 0; i < width * height; i++) {
            for (int c = 0; c < 4; c++) {
                assertEquals(mean[i * 4 + c], values[3 - (c == 3 ? 3 : c)][i]);
            }
        }
    }

    @Test
    void everyValueReadsBackToTheBit() throws DataFormatException {
        assertReadsBack(1, 1, false);
        assertReadsBack(33, 47, false);
        assertReadsBack(16, 16, true);
        assertReadsBack(7, 100, true);
    }

    @Test
    void smoothPicturesShrinkAndNoiseDoesNotGrow() {
        float[] flat = new float[64 * 64 * 4];
        assertTrue(ExrEncoder.encode(64, 64, ExrEncoder.rgba(flat)).length < flat.length);
    }
}
