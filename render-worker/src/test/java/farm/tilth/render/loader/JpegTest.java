package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.FarmException;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Texels;
import farm.tilth.render.scene.Texture;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;

class JpegTest {
    @Test
    void colorsAndGraysAreDecoded() throws IOException {
        Texture color = texture(jpeg(BufferedImage.TYPE_3BYTE_BGR, new Color(200, 100, 50)));
        assertEquals(24, color.width());
        assertEquals(10, color.height());
        assertNear(200, color.texels().rgba(0) & 255);
        assertNear(100, color.texels().rgba(0) >> 8 & 255);
        assertNear(50, color.texels().rgba(0) >> 16 & 255);
        assertEquals(255, color.texels().rgba(0) >>> 24);

        Texture gray = texture(jpeg(BufferedImage.TYPE_BYTE_GRAY, Color.WHITE));
        assertEquals(0xffffffff, gray.texels().rgba(0));
    }

    @Test
    void progressivePictureHasTheSamePixels() throws IOException {
        BufferedImage image = new BufferedImage(24, 10, BufferedImage.TYPE_3BYTE_BGR);
        for (int i = 0; i < 240; i++) {
            image.setRGB(i % 24, i / 24, i * 70_000);
        }
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam progressive = writer.getDefaultWriteParam();
        progressive.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writer.setOutput(new MemoryCacheImageOutputStream(out));
        writer.write(null, new IIOImage(image, null, null), progressive);
        ((MemoryCacheImageOutputStream) writer.getOutput()).flush();
        writer.dispose();
        ByteArrayOutputStream baseline = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", baseline);

        Texels expected = texture(baseline.toByteArray()).texels();
        Texels actual = texture(out.toByteArray()).texels();

        assertTrue(frameAt(out.toByteArray(), 0xc2) > 0, "the picture is not progressive");
        for (int i = 0; i < 240; i++) {
            assertEquals(expected.rgba(i), actual.rgba(i), "pixel " + i);
        }
    }

    @Test
    void kindsThatFewProgramsReadAreRefusedByName() throws IOException {
        byte[] arithmetic = jpeg(BufferedImage.TYPE_3BYTE_BGR, Color.RED);
        byte[] print = arithmetic.clone();
        int at = frameAt(print, 0xc0);
        arithmetic[at + 1] = (byte) 0xc9;
        print[at + 9] = 4;
        refused(arithmetic, "the JPEG is lossless or arithmetic");
        refused(print, "the JPEG has the colours of print (CMYK); save it again as RGB");
    }

    private static void refused(byte[] jpeg, String message) {
        FarmException refused = assertThrows(FarmException.class, () -> texture(jpeg));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    /** Where a frame's header begins; −1 when there is none of this kind. */
    private static int frameAt(byte[] jpeg, int marker) {
        for (int i = 0; i + 9 < jpeg.length; i++) {
            if ((jpeg[i] & 255) == 0xff && (jpeg[i + 1] & 255) == marker) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void sizeInTheHeaderCountsBeforeAnythingIsDecoded() throws IOException {
        byte[] jpeg = jpeg(BufferedImage.TYPE_3BYTE_BGR, Color.RED);
        int at = frameAt(jpeg, 0xc0);
        Arrays.fill(jpeg, at + 5, at + 9, (byte) 0xf0);
        refused(jpeg, "61680 × 61680 pixels");
    }

    @Test
    void brokenJpegsAreDecodedOrRefused() throws IOException {
        byte[] original = jpeg(BufferedImage.TYPE_3BYTE_BGR, Color.BLUE);
        SplittableRandom random = new SplittableRandom(5);
        for (int run = 0; run < 300; run++) {
            byte[] mutated = Arrays.copyOf(original, original.length - random.nextInt(original.length / 2));
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            try {
                Texture read = texture(mutated);
                assertEquals((long) read.width() * read.height(), read.texels().count(), "run " + run);
            } catch (FarmException refused) {
                assertTrue(refused.getMessage().startsWith("images[0]"), run + " " + refused.getMessage());
            }
        }
    }

    private static void assertNear(int expected, int actual) {
        assertTrue(Math.abs(expected - actual) <= 3, expected + " but " + actual);
    }

    private static byte[] jpeg(int type, Color color) throws IOException {
        BufferedImage image = new BufferedImage(24, 10, type);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(color);
        graphics.fillRect(0, 0, 24, 10);
        graphics.dispose();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, "jpeg", out);
        return out.toByteArray();
    }

    private static Texture texture(byte[] image) {
        GltfBuilder builder = TestScenes.triangle();
        int texture = builder.texture(image);
        builder.add("materials")
                .putObject("pbrMetallicRoughness")
                .putObject("baseColorTexture")
                .put("index", texture);
        return TestScenes.pose(TestScenes.load(builder.glb())).textures().getFirst();
    }
}
