package farm.tilth.splitter.assemble;

import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferUShort;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes pictures as PNG of 8 or 16 bits with straight alpha; without the alpha channel when every pixel is opaque. */
public final class PngEncoder {
    private static final int[][] OFFSETS = {{0, 1, 2}, {0, 1, 2, 3}};

    private PngEncoder() {}

    /** @param argb a pixel an int, 0xAARRGGBB, rows from the top */
    public static byte[] encode(int width, int height, int[] argb) {
        boolean opaque = true;
        for (int pixel : argb) {
            opaque &= pixel >>> 24 == 255;
        }
        BufferedImage image =
                new BufferedImage(width, height, opaque ? BufferedImage.TYPE_INT_RGB : BufferedImage.TYPE_INT_ARGB);
        image.setRGB(0, 0, width, height, argb, 0, width);
        return write(image);
    }

    /**
     * Writes 16 bits a channel.
     *
     * @param channels 4 a pixel: red, green, blue and alpha, rows from the top
     */
    public static byte[] encode16(int width, int height, short[] channels) {
        boolean opaque = true;
        for (int i = 3; i < channels.length; i += 4) {
            opaque &= channels[i] == -1;
        }
        int kept = opaque ? 3 : 4;
        short[] data = new short[width * height * kept];
        for (int i = 0; i < data.length; i++) {
            data[i] = channels[i / kept * 4 + i % kept];
        }
        WritableRaster raster = Raster.createInterleavedRaster(
                new DataBufferUShort(data, data.length), width, height, width * kept, kept, OFFSETS[kept - 3], null);
        ColorModel model = new ComponentColorModel(
                ColorSpace.getInstance(ColorSpace.CS_sRGB),
                !opaque,
                false,
                opaque ? Transparency.OPAQUE : Transparency.TRANSLUCENT,
                DataBuffer.TYPE_USHORT);
        return write(new BufferedImage(model, raster, false, null));
    }

    private static byte[] write(BufferedImage image) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(image);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}
