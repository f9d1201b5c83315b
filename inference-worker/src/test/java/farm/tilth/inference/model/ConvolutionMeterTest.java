package farm.tilth.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvolutionMeterTest {
    private final OnnxRuntime runtime =
            OnnxRuntime.start(Path.of("target", "worker").toAbsolutePath(), 1);

    @TempDir
    Path folder;

    @Test
    void kernelOverEveryPixelCostsItsWeightsForEachOfThem() throws IOException {
        ModelDescription blur = inspected(OnnxFile.blur());
        // Three numbers a pixel, 3 × 3 × 9 products: 27 for each number. The guess is 64 · 81.
        assertEquals(27 * 1024, blur.workUnitsPerToken());
        assertEquals(Optional.of(1024), blur.numbersPerToken());
        assertEquals(5184, OnnxGraph.read(folder.resolve("m.onnx")).multiplyAddsPerToken());
    }

    @Test
    void workOfACallFollowsTheSizeOfItsPicture() throws IOException {
        ModelDescription blur = inspected(OnnxFile.blur());
        for (int side : new int[] {32, 64, 256}) {
            List<Tensor> picture = TrialTensors.of(blur, 2, side, new Random(1));
            long units = CallCheck.tokens(blur, picture) * blur.workUnitsPerToken();
            assertEquals(81L * 2 * side * side, units, "two pictures of " + side + " × " + side);
        }
    }

    @Test
    void modelOfOneSizeIsMeteredByItsRows() throws IOException {
        byte[] fixed = new OnnxFile()
                .node("Conv", "", List.of("x", "w"), "c", Map.of("strides", new long[] {2, 2}))
                .weights("w", new long[] {4, 3, 2, 2}, new float[48])
                .node("Flatten", "", List.of("c"), "f")
                .node("MatMul", "", List.of("f", "head"), "y")
                .weights("head", new long[] {256, 10}, new float[2560])
                .input("x", -1, 3, 16, 16)
                .output("y", -1, 10)
                .bytes();
        ModelDescription model = inspected(fixed);
        // 8 × 8 places, 48 products each; and the head once.
        assertEquals(64 * 48 + 2560, model.workUnitsPerToken());
        assertEquals(Optional.empty(), model.numbersPerToken());
        assertEquals(5, CallCheck.tokens(model, TrialTensors.of(model, 5, 8, new Random(1))));
    }

    @Test
    void transposedConvolutionIsDoneForEachNumberThatItIsGiven() throws IOException {
        byte[] larger = new OnnxFile()
                .node("Relu", "", List.of("x"), "r")
                .node("ConvTranspose", "", List.of("r", "w"), "y", Map.of("strides", new long[] {2, 2}))
                .weights("w", new long[] {3, 5, 2, 2}, new float[60])
                .input("x", -1, 3, -1, -1)
                .output("y", -1, 5, -1, -1)
                .bytes();
        assertEquals(20 * 1024, inspected(larger).workUnitsPerToken());
    }

    @Test
    void modelWithoutConvolutionsIsMeteredAsItAlwaysWas() throws IOException {
        ModelDescription model = inspected(OnnxFile.product());
        assertEquals(4, model.workUnitsPerToken());
        assertEquals(Optional.empty(), model.numbersPerToken());
    }

    @Test
    void copyOfTheFileIsGoneAfterwards() throws IOException {
        inspected(OnnxFile.blur());
        assertFalse(Files.exists(folder.resolve("shapes-of-m.onnx")));
    }

    private ModelDescription inspected(byte[] onnx) throws IOException {
        Path file = Files.write(folder.resolve("m.onnx"), onnx);
        ModelFiles files = new ModelFiles("m", file, Optional.empty(), 0, List.of(), Optional.empty());
        return new Calibrator(runtime, files).measure(Digest.of(onnx), "a test").description();
    }
}
