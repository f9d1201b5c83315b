package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.SceneLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mutated files end in a scene or in a {@link FarmException}: in nothing else, soon, and without asking for more than 4
 * GiB and 1,024 times the file's size in all. The loader itself takes a few MiB, and images have a budget; broken Draco
 * data makes its decoder ask for tables of 256 MiB, one after the other: 1.9 GB were seen in one file of 200,000. What
 * does not fit into the heap is refused.
 */
class SceneFuzzTest {
    private static final SceneLimits SMALL = new SceneLimits(1 << 20, 1 << 20, 2000, 200_000, 20_000, 1 << 16, 1 << 18);
    private static final long MAX_NANOS = 20_000_000_000L;
    private static final long MAX_ALLOCATION = 4L << 30;
    private static final long MAX_FACTOR = 1024;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<String> NUMBERS = List.of(
            "0",
            "-1",
            "1",
            "2",
            "3",
            "7",
            "255",
            "65535",
            "2147483647",
            "4294967295",
            "1e300",
            "1.5",
            "null",
            "true",
            "\"x\"",
            "[]",
            "{}");

    @TempDir
    private Path folder;

    @Test
    void mutationsOfAFewScenesAreReadOrRefused() throws Exception {
        fuzz(4_000, 1);
    }

    @Test
    void pictureThatAsksForGigabytesIsRefused() throws Exception {
        // Number 113,037 of the mutations of seed 2: without a budget its decoder takes 9 GiB.
        byte[] mutated = mutation(2, 113_037);
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        assertFalse(read(mutated));
        assertTrue(THREADS.getCurrentThreadAllocatedBytes() - allocated < 1L << 30);
    }

    private static byte[] mutation(long seed, int number) {
        List<byte[]> originals = originals();
        SplittableRandom random = new SplittableRandom(seed);
        for (int run = 0; run < number; run++) {
            mutate(originals.get(run % originals.size()), random);
        }
        return mutate(originals.get(number % originals.size()), random);
    }

    @Test
    @Tag("long")
    void aMillionMutationsAreReadOrRefused() throws Exception {
        fuzz(1_000_000, 2);
    }

    private void fuzz(int runs, long seed) throws Exception {
        List<byte[]> originals = originals();
        SplittableRandom random = new SplittableRandom(seed);
        int accepted = 0;
        for (int run = 0; run < runs; run++) {
            byte[] mutated = mutate(originals.get(run % originals.size()), random);
            long start = System.nanoTime();
            long allocated = THREADS.getCurrentThreadAllocatedBytes();
            try {
                accepted += read(mutated) ? 1 : 0;
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                throw new AssertionError("seed " + seed + ", run " + run, e);
            }
            allocated = THREADS.getCurrentThreadAllocatedBytes() - allocated;
            long most = MAX_ALLOCATION + MAX_FACTOR * mutated.length;
            assertTrue(allocated < most, "seed " + seed + ", run " + run + " takes " + allocated + " bytes");
            assertTrue(System.nanoTime() - start < MAX_NANOS, "seed " + seed + ", run " + run + " hangs");
            if ((run + 1) % 100_000 == 0) {
                System.out.println((run + 1) + " inputs, " + accepted + " accepted");
            }
        }
        assertTrue(accepted > runs / 50 && accepted < runs, accepted + " of " + runs + " were accepted");
    }

    private static List<byte[]> originals() {
        return List.of(
                TestScenes.triangle().glb(),
                TestScenes.triangle().gltf(),
                TestScenes.everything().glb(),
                TestScenes.everything().gltf(),
                CompressedGeometryTest.draco(CompressedGeometryTest.dracoSquare())
                        .glb(),
                CompressedGeometryTest.meshopt("TRIANGLES").glb(),
                CompressedGeometryTest.meshopt("INDICES").gltf(),
                CompressedImageTest.textured("EXT_texture_webp", CompressedImageTest.webp(5, 3, 0x80c86432))
                        .glb(),
                CompressedImageTest.textured("KHR_texture_basisu", CompressedImageTest.ktx2(16, 8, -1, true))
                        .glb(),
                CompressedImageTest.textured("KHR_texture_basisu", CompressedImageTest.ktx2(16, 8, -1, false))
                        .glb());
    }

    private boolean read(byte[] content) throws IOException, InterruptedException {
        // A new file each time: some file systems write an old one to the disk when it is replaced.
        Path file = Files.write(folder.resolve("scene"), content, StandardOpenOption.CREATE_NEW);
        try {
            SceneFile scene = SceneFile.load(SceneSource.of(file), SMALL);
            Optional<Integer> animation = scene.animations().isEmpty() ? Optional.empty() : Optional.of(0);
            Scene posed = scene.pose(new CameraChoice.First(), 1.5, animation, 0.3);
            checkIntact(posed);
            return true;
        } catch (FarmException refused) {
            assertTrue(refused.getMessage().length() < 1000, refused.getMessage());
            return false;
        } finally {
            Files.delete(file);
        }
    }

    /** What the kernel relies on. */
    private static void checkIntact(Scene scene) {
        Mesh mesh = scene.mesh();
        for (float[] values :
                List.of(mesh.positions(), mesh.normals(), mesh.tangents(), mesh.uv0(), mesh.uv1(), mesh.colors())) {
            for (float value : values) {
                assertTrue(Float.isFinite(value));
            }
        }
        for (int index : mesh.indices()) {
            assertTrue(index >= 0 && index < mesh.vertexCount());
        }
        for (int material : mesh.materials()) {
            assertTrue(material >= 0 && material < scene.materials().size());
        }
    }

    private static byte[] mutate(byte[] original, SplittableRandom random) {
        byte[] bytes = original.clone();
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            switch (random.nextInt(4)) {
                case 0 -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
                case 1 -> bytes = replaceNumber(bytes, random);
                case 2 ->
                    bytes = random.nextInt(8) == 0
                            ? java.util.Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length))
                            : bytes;
                default -> bytes = replaceNumber(bytes, random);
            }
        }
        return bytes;
    }

    /** Puts something else where a number of the JSON stands; a GLB's lengths follow, so that it is still read. */
    private static byte[] replaceNumber(byte[] bytes, SplittableRandom random) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        boolean glb = text.startsWith("glTF");
        int end = text.lastIndexOf('}');
        for (int attempt = 0; attempt < 50 && end > 0; attempt++) {
            int from = random.nextInt(end);
            if (!Character.isDigit(text.charAt(from)) || ":[,".indexOf(text.charAt(Math.max(0, from - 1))) < 0) {
                continue;
            }
            int to = from;
            while (to < end && "0123456789.eE-".indexOf(text.charAt(to)) >= 0) {
                to++;
            }
            String number = NUMBERS.get(random.nextInt(NUMBERS.size()));
            if (glb) {
                // Spaces make room or fill it: the chunk keeps its length.
                int room = to - from;
                if (number.length() > room) {
                    continue;
                }
                number += " ".repeat(room - number.length());
            }
            return (text.substring(0, from) + number + text.substring(to)).getBytes(StandardCharsets.ISO_8859_1);
        }
        return bytes;
    }
}
