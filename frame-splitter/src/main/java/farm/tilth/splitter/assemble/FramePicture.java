package farm.tilth.splitter.assemble;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * A merged frame as models read it. The arrays are not copied: leave them as they are.
 *
 * <p>As a blob: "TLP1", width, height and a mask of what follows the colour (1 albedo, 2 normal) as 32-bit integers, and
 * then the 32-bit floats of each, in rows from the top; all little-endian.
 *
 * @param color 4 a pixel, as {@link FrameFilm#mean}
 * @param albedo 3 a pixel; present when a model reads it
 * @param normal 3 a pixel; present when a model reads it
 */
public record FramePicture(int width, int height, float[] color, Optional<float[]> albedo, Optional<float[]> normal) {
    private static final int MAGIC = 0x31504c54; // "TLP1"
    private static final int HEADER_BYTES = 16;
    private static final int ALBEDO = 1;
    private static final int NORMAL = 2;

    public FramePicture {
        int pixels = Math.multiplyExact(width, height);
        check(width > 0 && height > 0 && color.length == 4 * pixels, "its colour has another size");
        check(albedo.isEmpty() || albedo.get().length == 3 * pixels, "its albedo has another size");
        check(normal.isEmpty() || normal.get().length == 3 * pixels, "its normals have another size");
    }

    public byte[] toBytes() {
        int floats = color.length
                + albedo.map(a -> a.length).orElse(0)
                + normal.map(n -> n.length).orElse(0);
        ByteBuffer out = ByteBuffer.allocate(Math.addExact(HEADER_BYTES, Math.multiplyExact(floats, Float.BYTES)))
                .order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putInt(width).putInt(height);
        out.putInt((albedo.isPresent() ? ALBEDO : 0) | (normal.isPresent() ? NORMAL : 0));
        put(out, color);
        albedo.ifPresent(values -> put(out, values));
        normal.ifPresent(values -> put(out, values));
        return out.array();
    }

    private static void put(ByteBuffer out, float[] values) {
        out.asFloatBuffer().put(values);
        out.position(out.position() + values.length * Float.BYTES);
    }

    /**
     * Reads a blob from its position to its limit.
     *
     * @throws FarmException with RESULT_REJECTED when it is malformed
     */
    public static FramePicture parse(ByteBuffer blob) {
        ByteBuffer in = blob.slice().order(ByteOrder.LITTLE_ENDIAN);
        check(in.remaining() >= HEADER_BYTES && in.getInt() == MAGIC, "it does not start with TLP1");
        int width = in.getInt();
        int height = in.getInt();
        int mask = in.getInt();
        check(width > 0 && height > 0 && (mask & ~(ALBEDO | NORMAL)) == 0, "its header is out of range");
        long pixels = (long) width * height;
        check(in.remaining() == pixels * (4 + 3 * Integer.bitCount(mask)) * Float.BYTES, "it has another length");
        return new FramePicture(
                width,
                height,
                get(in, 4 * (int) pixels),
                (mask & ALBEDO) == 0 ? Optional.empty() : Optional.of(get(in, 3 * (int) pixels)),
                (mask & NORMAL) == 0 ? Optional.empty() : Optional.of(get(in, 3 * (int) pixels)));
    }

    private static float[] get(ByteBuffer in, int count) {
        float[] values = new float[count];
        in.asFloatBuffer().get(values);
        in.position(in.position() + count * Float.BYTES);
        return values;
    }

    private static void check(boolean condition, String why) {
        if (!condition) {
            throw new FarmException(ErrorCode.RESULT_REJECTED, "the frame's picture is malformed: " + why);
        }
    }
}
