package farm.tilth.inference.model;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelReport;
import farm.tilth.protocol.wire.CallError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Tries an uploaded model before the farm serves it: its files are read, its graph is checked, and it is run and
 * measured in a sandboxed process of this same program, whose only way out is a report. What kills that process refuses
 * the model and harms nobody.
 */
public final class ModelInspection {
    private static final long SECONDS = 300;
    private static final long BASE_MEMORY_BYTES = 6L << 30;
    private static final int TIMES_MODEL = 6;
    private static final long MAX_REPORT_BYTES = 1 << 20;
    private static final String REPORT = "report.json";
    private static final String ERROR = "error.bin";

    private ModelInspection() {}

    /**
     * Inspects the model in {@code folder/model}.
     *
     * @param folder where the process may write
     * @throws FarmException with INVALID_MODEL that says what is wrong with it
     */
    public static ModelReport inspect(ModelPackage model, Path folder) throws InterruptedException {
        ModelFiles files = ModelFiles.in(folder.resolve("model"), model);
        OnnxGraph.read(files.onnx()).check(model.files().keySet());
        try {
            Sandbox sandbox = Sandbox.find();
            Files.writeString(folder.resolve("package.json"), Json.write(model));
            long memory = BASE_MEMORY_BYTES + TIMES_MODEL * sizeOf(model, folder.resolve("model"));
            int exit = Sandbox.run(
                    sandbox.command(folder, memory, SECONDS, command(folder, sandbox.notice())),
                    folder.resolve("log"),
                    SECONDS);
            return outcome(folder, exit);
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.OUT_OF_RESOURCES, "the model cannot be inspected here: " + e.getMessage(), e);
        }
    }

    private static long sizeOf(ModelPackage model, Path folder) throws IOException {
        long bytes = 0;
        for (String path : model.files().keySet()) {
            bytes += Files.size(folder.resolve(path));
        }
        return bytes;
    }

    private static List<String> command(Path folder, String notice) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:ReservedCodeCacheSize=64m",
                "-XX:CompressedClassSpaceSize=64m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Djava.io.tmpdir=" + folder));
        NativeLibraries.settings().forEach((name, value) -> command.add("-D" + name + "=" + value));
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                ModelInspection.class.getName(),
                folder.toAbsolutePath().toString(),
                notice));
        return command;
    }

    private static ModelReport outcome(Path folder, int exit) throws IOException {
        Path error = folder.resolve(ERROR);
        if (Files.exists(error) && Files.size(error) < MAX_REPORT_BYTES) {
            CallError failure = CallError.parseFrom(Files.readAllBytes(error));
            throw new FarmException(ErrorCode.valueOf(failure.getCode()), failure.getMessage());
        }
        Path report = folder.resolve(REPORT);
        if (exit != 0 || !Files.exists(report) || Files.size(report) > MAX_REPORT_BYTES) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL,
                    exit < 0
                            ? "the model did not come to an end within " + SECONDS + " s"
                            : "the process that ran the model ended with " + exit + ": " + lastLine(folder));
        }
        return Json.read(Files.readString(report), ModelReport.class);
    }

    private static String lastLine(Path folder) throws IOException {
        try (var lines = Files.lines(folder.resolve("log"))) {
            String last = lines.filter(line -> !line.isBlank())
                    .reduce((a, b) -> b)
                    .orElse("it said nothing; perhaps it took more memory than it may");
            return last.length() <= 300 ? last : last.substring(0, 300) + "…";
        }
    }

    /** The sandboxed process. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        try {
            ModelPackage model = Json.read(Files.readString(folder.resolve("package.json")), ModelPackage.class);
            ModelFiles files = ModelFiles.in(folder.resolve("model"), model);
            ModelReport report = new Calibrator(OnnxRuntime.start(folder, 1), files).measure(model.version(), args[1]);
            Files.writeString(folder.resolve(REPORT), Json.write(report));
        } catch (FarmException e) {
            Files.write(
                    folder.resolve(ERROR),
                    CallError.newBuilder()
                            .setCode(e.code().name())
                            .setMessage(String.valueOf(e.getMessage()))
                            .build()
                            .toByteArray());
        }
    }
}
