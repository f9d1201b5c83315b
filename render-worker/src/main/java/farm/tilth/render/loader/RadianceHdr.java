package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.Environment;
import farm.tilth.render.scene.SceneLimits;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Radiance RGBE pictures (.hdr; G. Ward, "Real Pixels", 1991): flat, or run-length encoded in either way. */
public final class RadianceHdr {
    private static final Pattern RESOLUTION = Pattern.compile("-Y (\\d{1,9}) \\+X (\\d{1,9})");
    private static final int MAX_HEADER_BYTES = 1 << 16;
    private static final int MIN_RUN_WIDTH = 8;
    private static final int MAX_RUN_WIDTH = 32_767;
    private static final float MAX_RADIANCE = 65_504f;

    private final ByteBuffer in;
    private final String name;

    private RadianceHdr(ByteBuffer in, String name) {
        this.in = in;
        this.name = name;
    }

    /**
     * Reads an environment.
     *
     * @param name what messages call it
     * @param strength multiplies its radiance
     * @throws FarmException with INVALID_SCENE when the file is broken or of another kind
     */
    public static Environment read(Path file, String name, double rotationDegrees, double strength, boolean visible)
            throws InterruptedException {
        RadianceHdr reader = new RadianceHdr(GltfBuffers.map(file, name, SceneLimits.DEFAULT.fileBytes()), name);
        float rotation = (float) ((rotationDegrees % 360) * (Math.PI / 180));
        return reader.read(rotation, strength, visible);
    }

    private Environment read(float rotation, double strength, boolean visible) {
        String first = line();
        if (!first.startsWith("#?")) {
            throw broken("it does not begin with #?RADIANCE");
        }
        for (String line = line(); !line.isEmpty(); line = line()) {
            if (line.startsWith("FORMAT=") && !line.equals("FORMAT=32-bit_rle_rgbe")) {
                throw broken("its " + line + " is not read here, only 32-bit_rle_rgbe");
            }
        }
        String resolution = line();
        Matcher matcher = RESOLUTION.matcher(resolution);
        if (!matcher.matches()) {
            throw broken("its size '" + resolution + "' is not of the form -Y height +X width");
        }
        int height = Integer.parseInt(matcher.group(1));
        int width = Integer.parseInt(matcher.group(2));
        if (width < 1 || height < 1 || (long) width * height > SceneLimits.DEFAULT.imagePixels()) {
            throw broken("it is " + width + " × " + height + " pixels; 1 to " + SceneLimits.DEFAULT.imagePixels()
                    + " are read");
        }
        if ((long) height * 4 > in.remaining()) {
            throw broken("it ends before its last row");
        }
        float[] rgb = new float[width * height * 3];
        byte[] row = new byte[width * 4];
        for (int y = 0; y < height; y++) {
            scanline(row, width, y);
            for (int x = 0; x < width; x++) {
                int exponent = row[x * 4 + 3] & 0xff;
                for (int c = 0; c < 3; c++) {
                    double value = exponent == 0 ? 0 : Math.scalb((double) (row[x * 4 + c] & 0xff), exponent - 136);
                    rgb[(y * width + x) * 3 + c] = (float) Math.min(MAX_RADIANCE, value * strength);
                }
            }
        }
        return new Environment(width, height, rgb, rotation, visible);
    }

    private void scanline(byte[] row, int width, int y) {
        need(4, y);
        int at = in.position();
        boolean runs = width >= MIN_RUN_WIDTH
                && width <= MAX_RUN_WIDTH
                && in.get(at) == 2
                && in.get(at + 1) == 2
                && (in.get(at + 2) & 0x80) == 0;
        if (!runs) {
            pixels(row, width, y);
            return;
        }
        if (((in.get(at + 2) & 0xff) << 8 | (in.get(at + 3) & 0xff)) != width) {
            throw broken("row " + y + " has another width than the picture");
        }
        in.position(at + 4);
        for (int channel = 0; channel < 4; channel++) {
            channel(row, width, channel, y);
        }
    }

    private void channel(byte[] row, int width, int channel, int y) {
        int x = 0;
        while (x < width) {
            need(2, y);
            int count = in.get() & 0xff;
            boolean run = count > 128;
            count = run ? count - 128 : count;
            if (count == 0 || count > width - x) {
                throw broken("a run in row " + y + " leaves the picture");
            }
            need(run ? 1 : count, y);
            byte value = run ? in.get() : 0;
            for (int i = 0; i < count; i++) {
                row[(x++) * 4 + channel] = run ? value : in.get();
            }
        }
    }

    /** Four bytes a pixel; 1, 1, 1, n repeats the last pixel n times. */
    private void pixels(byte[] row, int width, int y) {
        int x = 0;
        int shift = 0;
        while (x < width) {
            need(4, y);
            in.get(row, x * 4, 4);
            boolean repeat = row[x * 4] == 1 && row[x * 4 + 1] == 1 && row[x * 4 + 2] == 1;
            if (!repeat) {
                x++;
                shift = 0;
                continue;
            }
            long count = (long) (row[x * 4 + 3] & 0xff) << shift;
            if (x == 0 || count > width - x) {
                throw broken("a run in row " + y + " leaves the picture");
            }
            for (long i = 0; i < count; i++, x++) {
                System.arraycopy(row, (x - 1) * 4, row, x * 4, 4);
            }
            shift = Math.min(shift + 8, 24);
        }
    }

    private void need(int bytes, int y) {
        if (in.remaining() < bytes) {
            throw broken("it ends in row " + y);
        }
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        while (in.hasRemaining() && in.position() < MAX_HEADER_BYTES) {
            char c = (char) (in.get() & 0xff);
            if (c == '\n') {
                return line.toString().stripTrailing();
            }
            line.append(c);
        }
        throw broken("its header does not end");
    }

    private FarmException broken(String problem) {
        return new FarmException(
                ErrorCode.INVALID_SCENE,
                name + ": the environment map is broken: " + problem + "; save it again as Radiance RGBE (.hdr)");
    }
}
