package farm.tilth.inference.model;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelDescription.Calibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Remembers a bundled model's calibration beside it, for the same file and engine: measuring it takes seconds. */
final class MeasuredBefore {
    private static final System.Logger LOG = System.getLogger(MeasuredBefore.class.getName());

    private MeasuredBefore() {}

    static Optional<Calibration> find(ModelFiles files, Digest version, String engine) {
        try {
            return Optional.of(Json.read(Files.readString(file(files, version, engine)), Calibration.class));
        } catch (IOException | FarmException notThere) {
            return Optional.empty();
        }
    }

    static void remember(ModelFiles files, Digest version, String engine, Calibration calibration) {
        try {
            Files.writeString(file(files, version, engine), Json.write(calibration));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the model is measured again at the next start: " + e);
        }
    }

    private static Path file(ModelFiles files, Digest version, String engine) {
        return files.onnx().resolveSibling("calibration-" + engine + "-" + version.hex() + ".json");
    }
}
