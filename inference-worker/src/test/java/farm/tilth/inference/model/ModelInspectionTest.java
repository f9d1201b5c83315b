package farm.tilth.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelReport;
import farm.tilth.protocol.task.PictureForm;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelInspectionTest {
    @TempDir
    Path folder;

    @BeforeAll
    static void unpackLibraries() {
        OnnxRuntime.start(Path.of("target", "worker").toAbsolutePath(), 1);
    }

    @Test
    void modelIsDescribedRunAndMeasuredInAnotherProcess() throws Exception {
        ModelPackage model = model(Map.of("model.onnx", OnnxFile.product()), Optional.empty());
        ModelReport report = ModelInspection.inspect(model, folder);
        ModelDescription description = report.description();
        assertEquals(model.version(), description.version());
        assertEquals(List.of(-1L, 2L), description.inputs().getFirst().shape());
        assertEquals(List.of("low", "high"), description.outputs().getFirst().labels());
        assertEquals(4, description.workUnitsPerToken());
        assertTrue(description.batchInvariant());
        assertEquals(Integer.MAX_VALUE, description.calibration().maxBatch());
        assertTrue(description.calibration().memoryBytes() > 0);
        assertTrue(report.sandbox().startsWith("its own process"), report.sandbox());
    }

    @Test
    void modelWhoseRowsDependOnEachOtherIsFoundOut() throws Exception {
        ModelReport report =
                ModelInspection.inspect(model(Map.of("model.onnx", OnnxFile.acrossRows()), Optional.empty()), folder);
        assertFalse(report.description().batchInvariant());
        assertTrue(report.batchDifference() > 0.01, "difference " + report.batchDifference());
    }

    @Test
    void modelThatEnlargesPicturesIsFoundToDoSo() throws Exception {
        ModelReport report =
                ModelInspection.inspect(model(Map.of("model.onnx", OnnxFile.upscaler()), Optional.empty()), folder);
        assertEquals(
                Optional.of(new PictureForm(PictureForm.Layout.NCHW, 2)),
                report.description().picture());
    }

    @Test
    void picturesFormIsMeasuredForEveryLayoutAndAbsentElsewhere() throws Exception {
        assertEquals(Optional.of(new PictureForm(PictureForm.Layout.NCHW, 1)), form(OnnxFile.guided()));
        assertEquals(Optional.of(new PictureForm(PictureForm.Layout.NCHW, 1)), form(OnnxFile.blur()));
        assertEquals(Optional.of(new PictureForm(PictureForm.Layout.NHWC, 1)), form(OnnxFile.negative()));
        assertEquals(Optional.empty(), form(OnnxFile.product()));
    }

    private Optional<PictureForm> form(byte[] onnx) throws IOException {
        Path file = Files.write(folder.resolve("form.onnx"), onnx);
        ModelFiles files = new ModelFiles("form", file, Optional.empty(), 0, List.of(), Optional.empty());
        OnnxRuntime runtime = OnnxRuntime.start(Path.of("target", "worker").toAbsolutePath(), 1);
        try (OnnxModel model = OnnxModel.describe(runtime, files, Digest.of(onnx))) {
            return PictureTrial.of(model);
        }
    }

    @Test
    void sampleThatDoesNotFitIsRefusedByTheTensorsName() {
        byte[] sample =
                "{\"inputs\": [{\"name\": \"x\", \"datatype\": \"FP32\", \"shape\": [1, 3], \"data\": [1, 2, 3]}]}"
                        .getBytes(StandardCharsets.UTF_8);
        FarmException e = assertThrows(
                FarmException.class,
                () -> ModelInspection.inspect(
                        model(
                                Map.of("model.onnx", OnnxFile.product(), "sample.json", sample),
                                Optional.of("sample.json")),
                        folder));
        assertEquals(ErrorCode.INVALID_MODEL, e.code());
        assertTrue(e.getMessage().contains("tensor 'x': its shape is [1, 3]"), e.getMessage());
    }

    @Test
    void operatorsOfAStrangersOwnAreRefusedBeforeAnythingRuns() {
        byte[] custom = new OnnxFile()
                .node("Exfiltrate", "evil.example", List.of("x"), "y")
                .input("x", -1, 2)
                .output("y", -1, 2)
                .bytes();
        byte[] context = new OnnxFile()
                .node("EPContext", "com.microsoft", List.of("x"), "y")
                .input("x", -1, 2)
                .output("y", -1, 2)
                .bytes();
        assertTrue(refusal(custom).contains("evil.example:Exfiltrate, which is not allowed"));
        assertTrue(refusal(context).contains("com.microsoft:EPContext"));
    }

    @Test
    void weightsOutsideTheModelsFolderAreRefused() {
        for (String path : List.of("../secret", "/etc/passwd", "not-uploaded.bin", "a/../../b")) {
            byte[] external = new OnnxFile()
                    .node("MatMul", "", List.of("x", "w"), "y")
                    .external("w", path, 2, 2)
                    .input("x", -1, 2)
                    .output("y", -1, 2)
                    .bytes();
            assertTrue(refusal(external).contains("keeps weights in '" + path + "'"), path);
        }
    }

    @Test
    void weightsBesideTheModelAreRead() throws Exception {
        byte[] external = new OnnxFile()
                .node("MatMul", "", List.of("x", "w"), "y")
                .external("w", "weights.bin", 2, 2)
                .input("x", -1, 2)
                .output("y", -1, 2)
                .bytes();
        ModelPackage model =
                model(Map.of("model.onnx", external, "weights.bin", new byte[16]), Optional.empty(), List.of());
        assertTrue(ModelInspection.inspect(model, folder).description().batchInvariant());
    }

    @Test
    void fileThatIsNoModelIsRefused() {
        assertTrue(refusal(new byte[] {1, 2, 3}).contains("is not an ONNX model"));
    }

    private String refusal(byte[] onnx) {
        FarmException e = assertThrows(
                FarmException.class,
                () -> ModelInspection.inspect(model(Map.of("model.onnx", onnx), Optional.empty()), folder));
        assertEquals(ErrorCode.INVALID_MODEL, e.code());
        return e.getMessage();
    }

    private ModelPackage model(Map<String, byte[]> files, Optional<String> sample) throws IOException {
        return model(files, sample, List.of("low", "high"));
    }

    private ModelPackage model(Map<String, byte[]> files, Optional<String> sample, List<String> labels)
            throws IOException {
        TreeMap<String, Digest> digests = new TreeMap<>();
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            Path path = folder.resolve("model").resolve(file.getKey());
            Files.createDirectories(path.getParent());
            Files.write(path, file.getValue());
            digests.put(file.getKey(), Digest.of(file.getValue()));
        }
        return new ModelPackage("tried", "model.onnx", digests, Optional.empty(), 0, labels, sample);
    }
}
