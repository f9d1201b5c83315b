package farm.tilth.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are nearly ONNX: whatever is wrong with them, they are read or refused, and nothing else happens. */
class OnnxGraphFuzzTest {
    private static final int FILES = 20_000;
    private static final List<byte[]> SEEDS = List.of(
            OnnxFile.product(),
            OnnxFile.acrossRows(),
            new OnnxFile()
                    .node("Conv", "", List.of("x", "w"), "y")
                    .external("w", "weights.bin", 2, 2, 3, 3)
                    .input("x", -1, 2)
                    .output("y", -1, 2)
                    .bytes());

    @TempDir
    Path folder;

    @Test
    void anyBytesAreReadOrRefused() throws IOException {
        long seed = 20261123;
        Random random = new Random(seed);
        Path file = folder.resolve("model.onnx");
        for (int i = 0; i < FILES; i++) {
            byte[] content = mutated(SEEDS.get(random.nextInt(SEEDS.size())), random);
            Files.write(file, content);
            try {
                OnnxGraph graph = OnnxGraph.read(file);
                graph.check(Set.of("weights.bin"));
                graph.multiplyAddsPerToken();
            } catch (FarmException refused) {
                assertEquals(ErrorCode.INVALID_MODEL, refused.code(), "file " + i + " of seed " + seed);
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError e) {
                fail("file " + i + " of seed " + seed, e);
            }
        }
    }

    private static byte[] mutated(byte[] original, Random random) {
        byte[] content = original.clone();
        for (int i = random.nextInt(6); i >= 0; i--) {
            int at = random.nextInt(content.length);
            switch (random.nextInt(4)) {
                case 0 -> content[at] = (byte) random.nextInt();
                case 1 -> content[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> content = Arrays.copyOf(content, Math.max(1, at));
                default -> content = inserted(content, at, random);
            }
        }
        return content;
    }

    private static byte[] inserted(byte[] content, int at, Random random) {
        byte[] longer = Arrays.copyOf(content, content.length + 1 + random.nextInt(8));
        System.arraycopy(content, at, longer, longer.length - content.length + at, content.length - at);
        for (int i = at; i < longer.length - content.length + at; i++) {
            longer[i] = (byte) (random.nextBoolean() ? 0xff : random.nextInt());
        }
        return longer;
    }
}
