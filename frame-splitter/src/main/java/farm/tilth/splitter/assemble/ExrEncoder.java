package farm.tilth.splitter.assemble;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.zip.Deflater;

/**
 * Writes linear pictures as OpenEXR: single part, scan lines, 32-bit floats, ZIP compression (16 lines a chunk). Any
 * number of channels; "R", "albedo.R" and so on name them.
 *
 * <p>Source: OpenEXR File Layout, openexr.com.
 */
public final class ExrEncoder {
    private static final int LINES_PER_CHUNK = 16;
    private static final int FLOAT = 2;
    private static final int ZIP = 3;

    private ExrEncoder() {}

    /**
     * A channel of a picture.
     *
     * @param values holds the channel's value of pixel i at {@code offset + i * stride}
     */
    public record Channel(String name, float[] values, int offset, int stride) {
        public Channel {
            if (name.isEmpty() || name.length() > 31) {
                throw new IllegalArgumentException("a channel's name has 1 to 31 characters: '" + name + "'");
            }
        }
    }

    /** The usual channels R, G, B and A of an interleaved film (see {@link FrameFilm#mean}). */
    public static List<Channel> rgba(float[] mean) {
        return List.of(
                new Channel("R", mean, 0, 4),
                new Channel("G", mean, 1, 4),
                new Channel("B", mean, 2, 4),
                new Channel("A", mean, 3, 4));
    }

    public static byte[] encode(int width, int height, List<Channel> channels) {
        List<Channel> sorted =
                channels.stream().sorted(Comparator.comparing(Channel::name)).toList();
        byte[] header = header(width, height, sorted);
        List<byte[]> chunks = new ArrayList<>();
        for (int y = 0; y < height; y += LINES_PER_CHUNK) {
            chunks.add(compress(scanLines(width, y, Math.min(height, y + LINES_PER_CHUNK), sorted)));
        }
        long size =
                header.length + chunks.stream().mapToLong(c -> 16L + c.length).sum();
        ByteBuffer out = little(Math.toIntExact(size)).put(header);
        long offset = header.length + 8L * chunks.size();
        for (byte[] chunk : chunks) {
            out.putLong(offset);
            offset += 8 + chunk.length;
        }
        for (int i = 0; i < chunks.size(); i++) {
            out.putInt(i * LINES_PER_CHUNK).putInt(chunks.get(i).length).put(chunks.get(i));
        }
        return out.array();
    }

    private static byte[] header(int width, int height, List<Channel> channels) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {0x76, 0x2f, 0x31, 0x01, 2, 0, 0, 0});
        ByteArrayOutputStream list = new ByteArrayOutputStream();
        for (Channel channel : channels) {
            list.writeBytes(text(channel.name()));
            list.writeBytes(
                    little(16).putInt(FLOAT).putInt(0).putInt(1).putInt(1).array());
        }
        list.write(0);
        byte[] window = little(16)
                .putInt(0)
                .putInt(0)
                .putInt(width - 1)
                .putInt(height - 1)
                .array();
        attribute(out, "channels", "chlist", list.toByteArray());
        attribute(out, "compression", "compression", new byte[] {ZIP});
        attribute(out, "dataWindow", "box2i", window);
        attribute(out, "displayWindow", "box2i", window);
        attribute(out, "lineOrder", "lineOrder", new byte[] {0});
        attribute(out, "pixelAspectRatio", "float", little(4).putFloat(1).array());
        attribute(out, "screenWindowCenter", "v2f", new byte[8]);
        attribute(out, "screenWindowWidth", "float", little(4).putFloat(1).array());
        out.write(0);
        return out.toByteArray();
    }

    private static void attribute(ByteArrayOutputStream out, String name, String type, byte[] value) {
        out.writeBytes(text(name));
        out.writeBytes(text(type));
        out.writeBytes(little(4).putInt(value.length).array());
        out.writeBytes(value);
    }

    private static byte[] scanLines(int width, int first, int end, List<Channel> channels) {
        ByteBuffer lines = little(Math.multiplyExact((end - first) * width, channels.size() * Float.BYTES));
        for (int y = first; y < end; y++) {
            for (Channel channel : channels) {
                for (int x = 0; x < width; x++) {
                    lines.putFloat(channel.values()[channel.offset() + (y * width + x) * channel.stride()]);
                }
            }
        }
        return lines.array();
    }

    /** Even bytes before odd ones, differences of neighbours, deflate; the plain bytes when that is no shorter. */
    private static byte[] compress(byte[] plain) {
        byte[] split = new byte[plain.length];
        int half = (plain.length + 1) / 2;
        for (int i = 0; i < plain.length; i++) {
            split[(i & 1) == 0 ? i / 2 : half + i / 2] = plain[i];
        }
        for (int i = split.length - 1; i > 0; i--) {
            split[i] = (byte) (split[i] - split[i - 1] + 128);
        }
        Deflater deflater = new Deflater();
        try {
            deflater.setInput(split);
            deflater.finish();
            byte[] packed = new byte[plain.length];
            int length = deflater.deflate(packed);
            boolean shorter = deflater.finished() && length < plain.length;
            return shorter ? Arrays.copyOf(packed, length) : plain;
        } finally {
            deflater.end();
        }
    }

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.US_ASCII);
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
