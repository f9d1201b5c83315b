package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.Environment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RadianceHdrTest {
    private static final String HEADER = "#?RADIANCE\n# made by a test\nFORMAT=32-bit_rle_rgbe\n\n";

    @TempDir
    private Path folder;

    @Test
    void flatPixelsAreRead() throws Exception {
        Environment sky = read(file(HEADER + "-Y 1 +X 3\n", 128, 64, 32, 129, 1, 2, 3, 0, 255, 0, 0, 136), 1);
        assertArrayEquals(new float[] {1, 0.5f, 0.25f, 0, 0, 0, 255, 0, 0}, sky.rgb());
        assertEquals(3, sky.width());
        assertEquals(1, sky.height());
    }

    @Test
    void bothRunLengthEncodingsAreRead() throws Exception {
        int[] modern = {2, 2, 0, 8, 136, 128, 3, 1, 2, 3, 133, 64, 136, 32, 136, 129};
        Environment sky = read(file(HEADER + "-Y 1 +X 8\n", modern), 1);
        assertArrayEquals(new float[] {1, 0.0078125f, 0.25f}, Arrays.copyOf(sky.rgb(), 3));
        assertArrayEquals(new float[] {1, 0.5f, 0.25f}, Arrays.copyOfRange(sky.rgb(), 21, 24));

        Environment old = read(file(HEADER + "-Y 1 +X 4\n", 128, 64, 32, 129, 1, 1, 1, 3), 1);
        assertArrayEquals(new float[] {1, 0.5f, 0.25f}, Arrays.copyOfRange(old.rgb(), 9, 12));
    }

    @Test
    void strengthAndRotationAreApplied() throws Exception {
        Path file = file(HEADER + "-Y 1 +X 1\n", 128, 64, 32, 129);
        Environment sky = RadianceHdr.read(file, "sky", 450, 3, true);
        assertArrayEquals(new float[] {3, 1.5f, 0.75f}, sky.rgb());
        assertEquals((float) (Math.PI / 2), sky.rotationRadians());
        assertTrue(sky.visible());
    }

    @Test
    void brokenFilesAreRefused() {
        refused("#!PNG\n\n", "it does not begin with #?RADIANCE");
        refused("#?RADIANCE\nFORMAT=32-bit_rle_xyze\n\n-Y 1 +X 1\n", "32-bit_rle_xyze is not read here");
        refused(HEADER + "+X 1 -Y 1\n", "is not of the form");
        refused(HEADER + "-Y 0 +X 1\n", "it is 1 × 0 pixels");
        refused(HEADER + "-Y 99999999 +X 99999999\n", "99999999 × 99999999 pixels");
        refused(HEADER + "-Y 1 +X 1\n", "it ends before its last row");
        refused(HEADER + "-Y 1 +X 2\n", "it ends in row 0", 1, 2, 3, 4);
        refused(HEADER + "-Y 1 +X 8\n", "has another width", 2, 2, 0, 9, 0, 0);
        refused(HEADER + "-Y 1 +X 8\n", "leaves the picture", 2, 2, 0, 8, 255, 1);
        refused(HEADER + "-Y 1 +X 4\n", "leaves the picture", 1, 1, 1, 4);
        refused("#?RADIANCE\n" + "x".repeat(70_000), "its header does not end");
    }

    @Test
    void mutatedFilesAreReadOrRefused() throws Exception {
        byte[] original = Files.readAllBytes(file(
                HEADER + "-Y 2 +X 8\n",
                2,
                2,
                0,
                8,
                136,
                128,
                3,
                1,
                2,
                3,
                133,
                64,
                136,
                32,
                136,
                129,
                2,
                2,
                0,
                8,
                136,
                128,
                3,
                1,
                2,
                3,
                133,
                64,
                136,
                32,
                136,
                129));
        SplittableRandom random = new SplittableRandom(3);
        for (int run = 0; run < 3000; run++) {
            byte[] mutated = original.clone();
            mutated[random.nextInt(mutated.length)] = (byte) random.nextInt(256);
            try {
                Environment sky = read(Files.write(folder.resolve("m.hdr"), mutated), 1);
                assertEquals(sky.width() * sky.height() * 3, sky.rgb().length, "run " + run);
            } catch (FarmException refused) {
                assertEquals(ErrorCode.INVALID_SCENE, refused.code(), "run " + run);
            }
        }
    }

    private static Environment read(Path file, double strength) throws InterruptedException {
        return RadianceHdr.read(file, "sky.hdr", 0, strength, false);
    }

    private void refused(String header, String message, int... bytes) {
        FarmException refused = assertThrows(FarmException.class, () -> read(file(header, bytes), 1));
        assertEquals(ErrorCode.INVALID_SCENE, refused.code());
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    private Path file(String header, int... bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header.getBytes(StandardCharsets.ISO_8859_1));
        for (int b : bytes) {
            out.write(b);
        }
        return Files.write(folder.resolve("test.hdr"), out.toByteArray());
    }
}
