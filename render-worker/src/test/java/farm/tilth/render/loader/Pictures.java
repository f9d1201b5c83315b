package farm.tilth.render.loader;

import farm.tilth.splitter.assemble.PngEncoder;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Small pictures for tests. */
final class Pictures {
    private Pictures() {}

    static byte[] png(int width, int height, int argb) {
        int[] pixels = new int[width * height];
        Arrays.fill(pixels, argb);
        return PngEncoder.encode(width, height, pixels);
    }

    /** A PNG whose header lies about its size. */
    static byte[] withSize(byte[] png, int width, int height) {
        byte[] changed = png.clone();
        ByteBuffer.wrap(changed).putInt(16, width).putInt(20, height);
        return changed;
    }
}
