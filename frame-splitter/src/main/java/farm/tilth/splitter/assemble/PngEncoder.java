package farm.tilth.splitter.assemble;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Writes pictures as 8-bit PNG with straight alpha; without the alpha channel when every pixel is opaque. */
public final class PngEncoder {
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
