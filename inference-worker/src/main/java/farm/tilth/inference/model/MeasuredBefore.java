package farm.tilth.inference.model;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.Calibration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Remembers what was measured of a bundled model beside it, for the same file and engine: that takes seconds. */
final class MeasuredBefore {
    private static final System.Logger LOG = System.getLogger(MeasuredBefore.class.getName());

    private MeasuredBefore() {}

    /** What a model's description has by measurement. */
    record Measured(Calibration calibration, long workUnitsPerToken, Optional<Integer> numbersPerToken) {
        static Measured of(ModelDescription model) {
            return new Measured(model.calibration(), model.workUnitsPerToken(), model.numbersPerToken());
        }

        ModelDescription in(ModelDescription model) {
            return model.calibrated(calibration).metered(workUnitsPerToken, numbersPerToken);
        }
    }

    static Optional<Measured> find(ModelFiles files, Digest version, String engine) {
        try {
            return Optional.of(Json.read(Files.readString(file(files, version, engine)), Measured.class));
        } catch (IOException | FarmException notThere) {
            return Optional.empty();
        }
    }

    static void remember(ModelFiles files, Digest version, String engine, Measured measured) {
        try {
            Files.writeString(file(files, version, engine), Json.write(measured));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the model is measured again at the next start: " + e);
        }
    }

    private static Path file(ModelFiles files, Digest version, String engine) {
        return files.onnx().resolveSibling("measured-" + engine + "-" + version.hex() + ".json");
    }
}
